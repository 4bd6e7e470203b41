from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transferjob_operator.core.projection import project_job, project_pod
from transferjob_operator.core.records import Running, Terminated, Waiting

POD: dict[str, Any] = {
    "metadata": {
        "name": "flowers-abcde",
        "namespace": "default",
        "uid": "pod-1",
        "resourceVersion": "7",
        "creationTimestamp": "2026-11-24T10:00:00Z",
        "ownerReferences": [
            {"kind": "Other", "uid": "x"},
            {"apiVersion": "batch/v1", "kind": "Job", "name": "flowers", "uid": "job-1", "controller": True},
        ],
    },
    "spec": {"nodeName": "node-1"},
    "status": {
        "phase": "Failed",
        "podIP": "127.1.2.3",
        "conditions": [
            {"type": "PodScheduled", "status": "True"},
            {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"},
        ],
        "containerStatuses": [
            {"name": "sidecar", "state": {"running": {}}},
            {"name": "trainer", "started": False, "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}},
        ],
    },
}
JOB: dict[str, Any] = {
    "metadata": {
        "name": "flowers",
        "namespace": "default",
        "uid": "job-1",
        "labels": {"kueue.x-k8s.io/queue-name": "team-a"},
        "ownerReferences": [
            {
                "apiVersion": "transferjob.dev/v1alpha1",
                "kind": "TransferJob",
                "uid": "u",
                "name": "flowers",
                "controller": True,
            }
        ],
    },
    "spec": {"suspend": True},
    "status": {
        "failed": 2,
        "startTime": "2026-11-24T10:00:00Z",
        "conditions": [
            {"type": "Failed", "status": "True", "reason": "PodFailurePolicy"},
            {"type": "Odd", "status": "True"},
        ],
    },
}


def test_a_pod_is_read_with_its_trainer_and_its_owner() -> None:
    pod = project_pod(POD)
    assert (pod.job_uid, pod.job_name, pod.node, pod.ip) == ("job-1", "flowers", "node-1", "127.1.2.3")
    assert pod.terminated is not None
    assert (pod.terminated.exit_code, pod.terminated.reason) == (137, "OOMKilled")
    assert pod.disrupted is not None
    assert pod.disrupted.true


def test_a_job_is_read_with_its_owner_and_the_conditions_that_matter() -> None:
    job = project_job(JOB)
    assert (job.owner_uid, job.transferjob, job.queue_name, job.suspended, job.failed) == ("u", True, "team-a", True, 2)
    assert [condition.type for condition in job.conditions] == ["Failed"]
    assert job.start_time == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert job.finished


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ({"waiting": {"reason": "ImagePullBackOff"}}, Waiting),
        ({"running": None}, Running),
        ({"terminated": {}}, Terminated),
    ],
)
def test_each_container_state_has_its_record(state: dict[str, Any], kind: type) -> None:
    raw = {"status": {"containerStatuses": [{"name": "trainer", "state": state}]}}
    assert isinstance(project_pod(raw).container, kind)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional={"metadata": _JSON, "spec": _JSON, "status": _JSON}))
def test_what_is_missing_or_null_never_breaks_the_reader(raw: dict[str, Any]) -> None:
    assert project_pod(raw).phase in ("Pending", "Unknown")
    assert not project_job(raw).finished


def test_a_pods_record_takes_less_than_a_kibibyte() -> None:
    texts = [json.dumps(POD)] * 500
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        records = [project_pod(json.loads(text)) for text in texts]
        each = (tracemalloc.get_traced_memory()[0] - before) / len(records)
    finally:
        tracemalloc.stop()
    assert each < 1024
