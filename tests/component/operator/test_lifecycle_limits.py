"""The limits of spec.run on the real control plane: each ends the job with its reason and frees what it held."""

import time

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer
from tests.component.operator.steps import let_pass, standing_still, training
from tests.support.operator_process import OperatorProcess


def frees_its_pod(cluster: ControlPlane, life: Lifecycle, name: str) -> None:
    cluster.api.wait_gone(batch_jobs(life.namespace, name))
    poll(
        life.pods,
        lambda pods: all("deletionTimestamp" in pod["metadata"] for pod in pods),
        20,
        "every pod of the job is on its way out",
    )


@pytest.mark.checklist(23)
@pytest.mark.slow
def test_the_active_deadline_counts_no_suspended_time_and_frees_the_pod(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("brief", run={"activeDeadlineSeconds": 8, "suspend": True})
    jobs.wait_phase("brief", "Suspended")
    let_pass(9, "longer than the deadline")
    assert jobs.get("brief")["status"]["phase"] == "Suspended"
    jobs.suspend("brief", False)
    resumed = time.monotonic()
    player.run("brief")
    jobs.wait_phase("brief", "Running")
    status = jobs.wait_phase("brief", "Failed", 15)
    assert 6 < time.monotonic() - resumed < 12
    assert status["failure"]["reason"] == "DeadlineExceeded"
    assert "activeDeadlineSeconds is 8" in status["failure"]["message"]
    frees_its_pod(cluster, life, "brief")
    assert life.rests()
    assert jobs.get("brief")["status"] == status


def test_waiting_for_a_node_ends_with_the_schedulers_words(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("queued", resources=NOWHERE, run={"queueTimeoutSeconds": 10})
    status = jobs.wait_phase("queued", "Failed", 20)
    assert status["failure"]["reason"] == "QueueTimeout"
    assert "tests.transferjob.dev/nowhere" in status["failure"]["message"]
    assert (status["attempts"], status.get("gpuSeconds")) == (0, None)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "queued"))


@pytest.mark.checklist(27)
def test_a_pod_that_does_not_start_gives_its_gpu_back(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("stuck", run={"startTimeoutSeconds": 6})
    player.bound("stuck")
    status = jobs.wait_phase("stuck", "Failed", 20)
    assert status["failure"]["reason"] == "StartTimeout"
    assert status["attempts"] == 1
    frees_its_pod(cluster, life, "stuck")


@pytest.mark.checklist(30)
@pytest.mark.slow
def test_a_training_that_stands_still_is_started_again_and_then_ended(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = training(jobs, player, "still", run={"stallTimeoutSeconds": 4, "retries": 1})
    with standing_still(player, pod):
        stalled = jobs.wait("still", lambda job: Jobs.says(job, "TrainingStalled") == "True", 30)
        assert stalled["status"]["budget"]["stallRestarts"] == 1
        assert stalled["status"]["budget"]["stalledPodUID"] == player.uid(pod)
    player.let_go(pod)
    second = player.run("still", deadline=40)
    running = jobs.wait_phase("still", "Running")
    assert (second != pod, running["attempts"], Jobs.says(jobs.get("still"), "TrainingStalled")) == (True, 2, "False")
    with standing_still(player, second):
        status = jobs.wait_phase("still", "Failed", 30)
    assert status["failure"]["reason"] == "Stalled"
    assert status["budget"]["stallRestarts"] == 1
    frees_its_pod(cluster, life, "still")


@pytest.mark.slow
def test_a_pod_that_cannot_be_reached_is_left_to_run(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = training(jobs, player, "mute", run={"stallTimeoutSeconds": 1, "startTimeoutSeconds": 1})
    with standing_still(player, pod):
        jobs.wait("mute", lambda job: job["status"].get("progress", {}).get("epoch") == 1)
    mark = life.mark()
    let_pass(12, "two rounds of questions without an answer")
    assert [write for write in life.writes(mark) if write[0] == "delete"] == []
    assert jobs.wait_phase("mute", "Running")["podUID"] == player.uid(pod)


@pytest.mark.checklist(23, 25)
def test_a_finished_job_is_deleted_when_its_time_to_live_is_over(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    first = start_operator("first")
    for name, ttl in (("at-once", 0), ("soon", 8), ("later", 3600)):
        jobs.create(name, run={"ttlSecondsAfterFinished": ttl})
        player.end(player.run(name), 0, DONE.encode().decode())
    cluster.api.wait_gone(jobs.at("at-once"))
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "at-once"))
    jobs.wait_phase("soon", "Succeeded")
    jobs.wait_phase("later", "Succeeded")
    first.kill()
    start_operator("second")
    cluster.api.wait_gone(jobs.at("soon"), 20)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "soon"))
    assert jobs.get("later")["status"]["phase"] == "Succeeded"
    Lifecycle(cluster, jobs).edit("later", ttlSecondsAfterFinished=1)
    cluster.api.wait_gone(jobs.at("later"), 20)
