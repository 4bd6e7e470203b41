"""One TransferJob's way through the operator, the Job controller and a played pod, under the operator's own account."""

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DIGEST, DONE, MODEL_URI, Jobs, PodPlayer, ProgressEndpoint
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess
from transferjob_trainer.contract import Termination

ACCOUNT = "system:serviceaccount:transferjob-system:transferjob-operator"
CONDITIONS = ["Running", "Complete", "Failed", "Suspended", "TrainingStalled"]


def test_from_creation_to_a_model(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("flowers")
    child = cluster.api.wait_for(batch_jobs(jobs.namespace, "flowers"), lambda _job: True)
    assert child["spec"]["podFailurePolicy"]["rules"]
    assert child["metadata"]["ownerReferences"][0]["uid"] == jobs.get("flowers")["metadata"]["uid"]
    pod = player.run("flowers")
    running = jobs.wait_phase("flowers", "Running")
    assert [condition["type"] for condition in running["conditions"]] == CONDITIONS
    assert (running["attempts"], running["podName"], running["node"]) == (1, pod, player.node)
    with ProgressEndpoint(player.address, player.uid(pod)) as endpoint:
        endpoint.say(epoch=3, epochs=10, loss=0.5, accuracy=0.8)
        shown = jobs.wait("flowers", lambda job: job["status"].get("progress", {}).get("epoch") == 3)
        assert shown["status"]["progress"]["accuracy"] == 0.8
    player.end(pod, 0, DONE.encode().decode())
    done = jobs.wait_phase("flowers", "Succeeded")
    assert done["result"]["modelURI"] == MODEL_URI
    assert done["result"]["digest"] == DIGEST
    assert done["result"]["metrics"] == {"accuracy": 0.91}
    assert Jobs.says(jobs.get("flowers"), "Complete") == "True"
    check_events(cluster, jobs.namespace)


def check_events(cluster: ControlPlane, namespace: str) -> None:
    events = Resource("events.k8s.io/v1", "events", namespace)
    told = poll(
        lambda: {e["reason"] for e in cluster.api.list(events) if e["regarding"].get("kind") == "TransferJob"},
        lambda reasons: reasons >= {"JobCreated", "Running", "Succeeded"},
        10,
        "events of the job",
    )
    assert "Failed" not in told


def test_a_job_costs_at_most_four_writes(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    mark = cluster.audit.mark()
    pod = training(jobs, player, "frugal")
    player.end(pod, 0, DONE.encode().decode())
    jobs.wait_phase("frugal", "Succeeded")
    counted = Lifecycle(cluster, jobs).counted_writes(mark)
    print(f"\nwrites from creation to finish: {dict(counted)}")
    assert counted.total() <= 4


@pytest.mark.checklist(39)
def test_a_fault_of_the_spec_is_told_and_not_tried_again(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("wrong")
    words = Termination(reason="InvalidSpec", message="freeze.upTo: no layer nowhere in ResNet50")
    player.end(player.run("wrong"), 64, words.encode().decode())
    status = jobs.wait_phase("wrong", "Failed")
    assert (status["failure"]["reason"], status["failure"]["exitCode"]) == ("InvalidSpec", 64)
    assert status["failure"]["message"] == "freeze.upTo: no layer nowhere in ResNet50"
    assert status["attempts"] == 1


@pytest.mark.checklist(29)
def test_a_crash_is_tried_again_up_to_the_limit(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("crash", run={"retries": 1})
    player.end(player.run("crash"), 1)
    jobs.wait_phase("crash", "Restarting")
    player.end(player.run("crash", deadline=40), 1)
    status = jobs.wait_phase("crash", "Failed")
    assert (status["failure"]["reason"], status["failure"]["exitCode"]) == ("Crash", 1)
    assert status["attempts"] == 2


@pytest.mark.checklist(33)
def test_suspend_frees_the_pod_and_resume_makes_another(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    first = training(jobs, player, "pause")
    jobs.suspend("pause", True)
    job = cluster.api.wait_for(batch_jobs(jobs.namespace, "pause"), lambda job: job["spec"]["suspend"] is True)
    player.let_go(first)
    assert jobs.wait_phase("pause", "Suspended")["attempts"] == 1
    jobs.suspend("pause", False)
    second = player.run("pause")
    assert second != first
    assert jobs.wait_phase("pause", "Running")["podName"] == second
    assert cluster.api.get(batch_jobs(jobs.namespace, "pause"))["metadata"]["uid"] == job["metadata"]["uid"]


def test_deleting_the_job_takes_its_child_along(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    pod = training(jobs, player, "gone")
    cluster.api.delete(jobs.at("gone"))
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "gone"))
    player.let_go(pod)
    assert cluster.api.find(jobs.at("gone")) is None
