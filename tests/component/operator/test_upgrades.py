"""Another version of the operator or of the resource comes and goes while a job runs: nobody starts it again."""

import pytest

from tests.cluster.api import Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle, passes
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.component.operator.schema import loosened
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess

STATUS_WRITE = ("patch", "transferjobs", "status")
"""A changed spec is a new generation, and the status says which one it is of."""


@pytest.mark.checklist(2, 36)
def test_an_operator_that_would_make_another_child_leaves_the_running_one(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    old = start_operator("old", trainer_image="trainer:1")
    pod = training(jobs, player, "flowers")
    running = jobs.wait_phase("flowers", "Running")
    child = life.wait_child("flowers")
    assert old.stop() == 0
    mark = life.mark()
    new = start_operator("new", trainer_image="trainer:2")
    poll(lambda: passes(new), lambda made: made > 0, 10, "a pass of the new operator")
    assert life.rests()
    assert life.writes(mark) == []
    assert (life.wait_child("flowers")["spec"], jobs.get("flowers")["status"]) == (child["spec"], running)
    player.end(pod, 0, DONE.encode().decode())
    assert jobs.wait_phase("flowers", "Succeeded")["podUID"] == running["podUID"]
    jobs.create("next")
    (container,) = life.wait_child("next")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "trainer:2"


@pytest.mark.checklist(35)
def test_the_resource_is_upgraded_and_downgraded_under_a_running_job(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = training(jobs, player, "flowers")
    running = jobs.wait_phase("flowers", "Running")

    def use_a_new_field() -> Object:
        return cluster.api.patch(jobs.at("flowers"), {"spec": {"future": {"mode": "Fast"}}})

    child, mark = life.wait_child("flowers"), life.mark()
    with loosened(cluster):
        changed = poll(use_a_new_field, lambda job: "future" in job["spec"], 15, "the newer schema")
        generation = changed["metadata"]["generation"]
        jobs.wait("flowers", lambda job: job["status"]["observedGeneration"] == generation)
    pruned = jobs.wait("flowers", lambda job: "future" not in job["spec"])
    assert {**changed["spec"], "future": None} == {**pruned["spec"], "future": None}
    assert life.rests(2)
    assert [write for write in life.writes(mark) if write != STATUS_WRITE] == []
    assert told(jobs.get("flowers")["status"]) == told(running)
    assert life.wait_child("flowers")["spec"] == child["spec"]
    player.end(pod, 0, DONE.encode().decode())
    done = jobs.wait_phase("flowers", "Succeeded")
    assert (done["jobUID"], done["podUID"], done["attempts"]) == (running["jobUID"], running["podUID"], 1)


def told(status: Object) -> Object:
    """A status without the generation that it is of."""
    conditions = [{**condition, "observedGeneration": 0} for condition in status["conditions"]]
    return {**status, "observedGeneration": 0, "conditions": conditions}
