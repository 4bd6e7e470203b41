"""What others do by hand to the job's objects, while the operator looks and while it does not."""

import pytest

from tests.cluster.api import condition
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.component.operator.steps import training
from tests.component.operator.troubles import reason_of
from tests.support.operator_process import OperatorProcess


@pytest.mark.checklist(8)
def test_a_job_that_was_made_again_while_nobody_watched_is_a_new_one(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    first = start_operator("first")
    pod = training(jobs, player, "twin")
    old = jobs.wait_phase("twin", "Running")
    first.kill()
    cluster.api.delete(jobs.at("twin"), propagation="Orphan")
    cluster.api.wait_gone(jobs.at("twin"))
    made = jobs.create("twin", freeze={"layers": 7})
    start_operator("second")
    told = jobs.wait("twin", lambda job: reason_of(job) == "NameConflict")
    assert "jobUID" not in told["status"]
    assert (life.wait_child("twin")["metadata"]["uid"], player.uid(pod)) == (old["jobUID"], old["podUID"])
    life.delete_child("twin")
    player.let_go(pod)
    jobs.suspend("twin", True)  # wakes it before the minute that it gives a stranger
    child = life.wait_child("twin", uid_other_than=old["jobUID"])
    status = jobs.wait_phase("twin", "Suspended")
    assert child["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    assert (status["attempts"], status["jobUID"]) == (0, child["metadata"]["uid"])


@pytest.mark.checklist(10)
def test_a_running_child_without_its_labels_or_its_owner(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = training(jobs, player, "edited")
    running = jobs.wait_phase("edited", "Running")
    where = batch_jobs(jobs.namespace, "edited")
    labels = life.wait_child("edited")["metadata"]["labels"]
    cluster.api.patch(where, {"metadata": {"labels": dict.fromkeys(labels)}})
    mended = cluster.api.wait_for(where, lambda job: job["metadata"].get("labels", {}).items() >= labels.items())
    assert mended["metadata"]["uid"] == running["jobUID"]
    assert jobs.wait_phase("edited", "Running")["podUID"] == player.uid(pod)
    mark = life.mark()
    cluster.api.patch(where, {"metadata": {"ownerReferences": None}})
    told = jobs.wait("edited", lambda job: reason_of(job) == "NameConflict")
    assert (told["status"]["attempts"], condition(told, "Failed")) == (1, "False")
    assert life.rests()
    beside = {write for write in life.writes(mark) if write[1] != "transferjobs"}
    assert beside <= {("create", "jobs", "")}, "a creation that finds the name taken is how the owner is read"
    left = life.wait_child("edited")["metadata"]
    assert (left["uid"], "ownerReferences" in left) == (running["jobUID"], False)


@pytest.mark.checklist(24)
def test_success_wins_over_a_deadline_of_the_same_moment_and_is_never_taken_back(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    first = start_operator("first")
    pod = training(jobs, player, "close")
    first.kill()  # so that its successor sees both at once
    player.end(pod, 0, DONE.encode().decode())
    life.edit("close", activeDeadlineSeconds=1)
    start_operator("second")
    done = jobs.wait("close", lambda job: condition(job, "Complete") == "True" or condition(job, "Failed") == "True")
    assert done["status"]["phase"] == "Succeeded"
    mark = life.mark()
    life.edit("close", activeDeadlineSeconds=2, startTimeoutSeconds=1, queueTimeoutSeconds=1)
    assert life.rests(2)
    assert (life.writes(mark), jobs.get("close")["status"]) == ([], done["status"])
