"""spec.run.suspend in every state, and edits of spec.run while a job starts."""

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer
from tests.support.operator_process import OperatorProcess


@pytest.mark.checklist(33)
def test_a_job_that_is_created_suspended_makes_no_pod_until_it_is_resumed(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("later", run={"suspend": True})
    status = jobs.wait_phase("later", "Suspended")
    assert "activeSince" not in status["budget"]
    assert life.wait_child("later")["spec"]["suspend"] is True
    assert life.rests()
    assert life.pods() == []
    jobs.suspend("later", False)
    player.run("later")
    assert jobs.wait_phase("later", "Running")["attempts"] == 1


@pytest.mark.checklist(33)
def test_suspending_a_finished_job_changes_nothing(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("done")
    player.end(player.run("done"), 0, DONE.encode().decode())
    status = jobs.wait_phase("done", "Succeeded")
    mark = life.mark()
    for suspend in (True, False, True):
        jobs.suspend("done", suspend)
    assert life.rests()
    assert (life.writes(mark), jobs.get("done")["status"]) == ([], status)


@pytest.mark.checklist(22, 33)
@pytest.mark.slow
def test_a_hundred_times_leave_nothing_behind(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("moody", resources=NOWHERE)
    child = life.wait_child("moody")["metadata"]["uid"]
    for turn in range(100):
        jobs.suspend("moody", turn % 2 == 0)
        if turn % 20 == 0:  # now and then it gets its way, else it is interrupted
            jobs.wait_phase("moody", "Suspended")
    jobs.suspend("moody", True)
    # The phase alone may be of an earlier turn: a hundred edits come faster than they are followed.
    jobs.wait("moody", lambda job: job["status"]["observedGeneration"] == job["metadata"]["generation"])
    jobs.wait_phase("moody", "Suspended")
    poll(life.pods, lambda left: left == [], 20, "no pod while suspended")
    assert life.rests()
    jobs.suspend("moody", False)
    poll(life.pods, lambda left: len(left) == 1, 20, "one pod after the last resumption")
    status = jobs.wait_phase("moody", "Pending")
    poll(life.rests, bool, 20, "rest, once the scheduler's words are told")
    found = life.wait_child("moody")
    assert (found["metadata"]["uid"], found["spec"]["suspend"]) == (child, False)
    assert len(life.pods()) == 1
    assert (status["attempts"], status["budget"]["failures"], status["budget"]["freeRestarts"]) == (0, 0, 0)


@pytest.mark.checklist(34)
def test_edits_while_a_job_starts_act_and_going_back_is_as_if_nothing_was(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("edited")
    player.bound("edited")
    before = jobs.wait_phase("edited", "Starting")
    child = life.wait_child("edited")
    life.edit("edited", startTimeoutSeconds=5000, queueTimeoutSeconds=1, activeDeadlineSeconds=7000)
    life.edit("edited", startTimeoutSeconds=900, queueTimeoutSeconds=None, activeDeadlineSeconds=None)
    pod = player.run("edited")
    after = jobs.wait_phase("edited", "Running")
    assert (after["attempts"], after["podName"], after["budget"]) == (1, pod, before["budget"])
    assert life.wait_child("edited")["spec"] == child["spec"]
    life.edit("edited", activeDeadlineSeconds=1)
    assert jobs.wait_phase("edited", "Failed")["failure"]["reason"] == "DeadlineExceeded"
