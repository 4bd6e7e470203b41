"""A trainer that SIGTERM does not end, on a real node: killed after its grace, and counted by who ended it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.api import Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import Resource, pods
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import Jobs
from tests.support.operator_process import OperatorProcess

GRACE_SECONDS = 2
DEAF = [{"name": "PYTHONPATH", "value": str(Path(__file__).with_name("deaf"))}]


@pytest.fixture
def deaf(
    cluster: ControlPlane, namespace: str, operator: OperatorProcess, jobs: Jobs, real_node: LocalNode
) -> Iterator[str]:
    """Name of the pod of job `deaf`, which runs and no longer minds SIGTERM."""
    jobs.create(
        "deaf",
        run={"retries": 1, "terminationGracePeriodSeconds": GRACE_SECONDS},
        pod={"nodeSelector": {"kubernetes.io/hostname": real_node.name}, "env": DEAF},
        resources={"gpus": 0, "cpu": "100m", "memory": "64Mi"},
    )
    name = str(jobs.wait_phase("deaf", "Running", 40)["podName"])
    log = Resource("v1", "pods", namespace, name, "log")
    poll(lambda: cluster.api.text(log), lambda text: text == "deaf\n", 20, "the trainer ignores SIGTERM")
    yield name
    jobs.delete("deaf")
    cluster.api.wait_gone(pods(namespace, name), 30)


@pytest.mark.checklist(29)
def test_deleted_it_is_killed_after_its_grace_and_a_retry_is_spent(
    cluster: ControlPlane, namespace: str, jobs: Jobs, deaf: str
) -> None:
    began = time.monotonic()
    cluster.api.delete(pods(namespace, deaf))
    restarted(jobs)
    assert GRACE_SECONDS - 1 < time.monotonic() - began < GRACE_SECONDS + 15
    # A retry of the Job controller's is spent; the operator's own budgets know who asked for it (record 31).
    cluster.api.wait_for(child(namespace), lambda job: job["status"].get("failed", 0) == 1)
    status = jobs.get("deaf")["status"]
    assert (status["attempts"], status["budget"].get("failures", 0)) == (1, 0)


@pytest.mark.checklist(29)
@pytest.mark.slow
def test_evicted_it_is_killed_after_its_grace_and_no_retry_is_spent(
    cluster: ControlPlane, namespace: str, jobs: Jobs, deaf: str
) -> None:
    eviction = Resource("v1", "pods", namespace, deaf, "eviction")
    cluster.api.create(eviction, {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": deaf}})
    status = restarted(jobs)
    assert status["budget"].get("failures", 0) == 0
    assert cluster.api.get(child(namespace))["status"].get("failed", 0) == 0


@pytest.mark.checklist(29, 33)
@pytest.mark.slow
def test_suspended_it_is_killed_after_its_grace_and_no_retry_is_spent(
    cluster: ControlPlane, namespace: str, jobs: Jobs, deaf: str
) -> None:
    jobs.suspend("deaf", True)
    cluster.api.wait_gone(pods(namespace, deaf), GRACE_SECONDS + 15)
    status = jobs.wait_phase("deaf", "Suspended")
    assert status["budget"].get("failures", 0) == 0


def restarted(jobs: Jobs) -> Object:
    return jobs.wait_phase("deaf", "Restarting", 30)


def child(namespace: str) -> Resource:
    return batch_jobs(namespace, "deaf")
