"""A trainer that hangs, on a node that runs it: its log is read before the stall takes the pod away."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import jobs as batch_jobs
from tests.cluster.resources import pods
from tests.component.operator.pods import Jobs
from tests.support.operator_process import OperatorProcess

HANGING = Path(__file__).parent / "hanging"
SAID = "epoch 1: waits for shard 7, token=***"


def test_the_log_of_a_trainer_that_hangs_is_kept_though_its_pod_is_deleted(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, real_node: LocalNode
) -> None:
    placed = {
        "nodeSelector": {"kubernetes.io/hostname": real_node.name},
        "env": [{"name": "PYTHONPATH", "value": str(HANGING)}],
    }
    resources = {"gpus": 0, "cpu": "100m", "memory": "256Mi"}
    for name, retries in (("hung", 0), ("again", 3)):
        run = {"retries": retries, "stallTimeoutSeconds": 4, "terminationGracePeriodSeconds": 2}
        jobs.create(name, run=run, pod=placed, resources=resources)
    failure = jobs.wait_phase("hung", "Failed", 60)["failure"]
    assert (failure["reason"], failure["logTail"]) == ("Stalled", SAID)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "hung"))
    stood = jobs.wait("again", lambda job: "lastRestart" in job["status"], 30)["status"]
    last = stood["lastRestart"]
    assert (last["reason"], last["logTail"]) == ("Stalled", SAID)
    assert last["podUID"] == stood["podUID"] == stood["budget"]["stalledPodUID"]
    cluster.api.wait_gone(pods(jobs.namespace, stood["podName"]), 20)
    assert jobs.get("again")["status"]["lastRestart"] == last
