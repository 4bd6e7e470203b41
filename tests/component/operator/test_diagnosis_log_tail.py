"""A trainer that dies before it can speak, on a node that runs it: the end of its log is in the status."""

from __future__ import annotations

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.component.operator.conftest import StartOperator
from tests.component.operator.pods import Jobs

BROKEN = [{"name": "PYTHONHOME", "value": "/absent"}, {"name": "PYTHONPATH", "value": "/opt/token=hunter2"}]


@pytest.mark.parametrize("keep", [True, False])
def test_the_log_of_a_trainer_that_could_not_speak(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, real_node: LocalNode, keep: bool
) -> None:
    start_operator(keep_log_tail=keep)
    placed = {"nodeSelector": {"kubernetes.io/hostname": real_node.name}, "env": BROKEN}
    resources = {"gpus": 0, "cpu": "100m", "memory": "64Mi"}
    jobs.create("speechless", run={"retries": 0}, pod=placed, resources=resources)
    failure = jobs.wait_phase("speechless", "Failed", 60)["failure"]
    assert (failure["reason"], failure["exitCode"]) == ("Crash", 1)
    if not keep:
        assert "logTail" not in failure
        return
    assert "No module named 'encodings'" in failure["logTail"]
    assert "token=***" in failure["logTail"]
    assert "hunter2" not in failure["logTail"]
