"""Where nothing changes nothing is written, in whatever state the jobs are, however often the operator looks."""

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle, passes
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer
from tests.component.operator.troubles import wait_reason
from transferjob_trainer.contract import Termination

WRONG = Termination(reason="InvalidSpec", message="freeze.upTo: no layer nowhere in ResNet50")


@pytest.mark.checklist(44)
def test_jobs_in_every_phase_are_looked_at_again_and_again_without_a_write(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    operator = start_operator(resync_seconds=1)
    for name in ("starting", "running", "succeeded", "failed"):
        jobs.create(name)
    jobs.create("pending", resources=NOWHERE)
    jobs.create("suspended", run={"suspend": True})
    player.run("running")
    player.end(player.run("succeeded"), 0, DONE.encode().decode())
    player.end(player.run("failed"), 64, WRONG.encode().decode())
    player.bound("starting")
    for name in ("starting", "running", "succeeded", "failed", "suspended"):
        jobs.wait_phase(name, name.capitalize())
    wait_reason(jobs, "pending", "ResourceMissing")
    poll(life.rests, bool, 20, "rest, once all is told")
    mark, before = life.mark(), {job["metadata"]["name"]: job for job in cluster.api.list(jobs.at())}
    start = passes(operator)
    for name in before:  # an edit that changes nothing of ours wakes each of them
        cluster.api.patch(jobs.at(name), {"metadata": {"annotations": {"seen": "by somebody"}}})
    poll(lambda: passes(operator) - start, lambda made: made >= len(before), 20, "a pass over each")
    assert life.rests()
    assert life.writes(mark) == []
    assert {job["metadata"]["name"]: job["status"] for job in cluster.api.list(jobs.at())} == {
        name: job["status"] for name, job in before.items()
    }
