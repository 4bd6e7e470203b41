"""A pod whose endpoint cannot be reached: said once on the real control plane, and left to run."""

from __future__ import annotations

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import Jobs, PodPlayer
from tests.component.operator.steps import standing_still
from tests.component.operator.troubles import reason_of, wait_reason
from tests.support.operator_process import OperatorProcess


@pytest.mark.slow
def test_a_pod_that_does_not_answer_is_told_of_once(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    jobs.create("mute")
    pod = player.run("mute")
    told = wait_reason(jobs, "mute", "ProgressUnknown", f"pod {pod} runs on node {player.node}", 90)
    assert (Jobs.says(told, "Running"), told["status"]["phase"]) == ("True", "Running")
    assert life.rests(12)
    with standing_still(player, pod):
        jobs.wait("mute", lambda job: reason_of(job) == "TrainerRunning" and "progress" in job["status"])
    assert life.pod_writes() == []
