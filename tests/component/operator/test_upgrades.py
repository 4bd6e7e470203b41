"""Another version of the operator comes while a job runs: nobody starts it again."""

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle, passes
from tests.component.operator.pods import DONE, Jobs, PodPlayer


@pytest.mark.checklist(2, 36)
def test_an_operator_that_would_make_another_child_leaves_the_running_one(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    old = start_operator("old", trainer_image="trainer:1")
    jobs.create("flowers")
    pod = player.run("flowers")
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
