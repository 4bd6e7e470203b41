"""The operator's share of retries on the real Job controller."""

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.support.operator_process import OperatorProcess


def test_the_second_memory_kill_ends_the_job(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("hungry", run={"retries": 5})
    player.end(player.run("hungry"), 137, reason="OOMKilled")
    first = jobs.wait_phase("hungry", "Restarting")
    assert (first["budget"]["memoryKills"], first["budget"]["failures"]) == (1, 1)
    player.end(player.run("hungry", deadline=30), 137, reason="OOMKilled")
    status = jobs.wait_phase("hungry", "Failed")
    assert (status["failure"]["reason"], status["failure"]["exitCode"], status["attempts"]) == ("OutOfMemory", 137, 2)
    assert "64Mi" in status["failure"]["message"]
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "hungry"))


@pytest.mark.parametrize(("code", "reason"), [(75, "Preempted"), (76, "PeerLost")])
def test_free_restarts_are_not_free_for_ever(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, code: int, reason: str
) -> None:
    jobs.create("circle", run={"retries": 1})
    player.end(player.run("circle"), code)
    assert jobs.wait_phase("circle", "Restarting")["budget"]["freeRestarts"] == 1
    player.end(player.run("circle", deadline=30), code)
    status = jobs.wait_phase("circle", "Failed")
    assert (status["failure"]["reason"], status["failure"]["exitCode"], status["attempts"]) == (reason, code, 2)
    assert (status["budget"]["freeRestarts"], status["budget"]["failures"]) == (2, 0)


def test_a_job_that_is_made_again_has_what_is_left_of_the_retries(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("again", run={"retries": 1})
    player.end(player.run("again"), 1)
    jobs.wait_phase("again", "Restarting")
    gone = life.delete_child("again")
    made = life.wait_child("again", uid_other_than=gone)
    assert made["spec"]["backoffLimit"] == 0
    player.end(player.run("again"), 1)
    status = jobs.wait_phase("again", "Failed")
    assert (status["attempts"], status["budget"]["failures"], status["failure"]["reason"]) == (2, 2, "Crash")
    assert status["jobUID"] == made["metadata"]["uid"]


def test_success_is_taken_from_the_attempt_that_the_job_counts(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("second", run={"retries": 2})
    player.end(player.run("second"), 1, "not a document")
    pod = player.run("second", deadline=30)
    uid = player.uid(pod)
    player.end(pod, 0, DONE.encode().decode())
    status = jobs.wait_phase("second", "Succeeded")
    assert (status["podUID"], status["attempts"], status["result"]["digest"]) == (
        uid,
        2,
        DONE.result and DONE.result.digest,
    )
