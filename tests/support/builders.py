"""Jobs, children and pods for tests: whole objects with the parts that a test is about as keyword arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from transferjob_operator.api.transfer_job import TransferJob
from transferjob_operator.core.records import ConditionRecord, ContainerState, JobRecord, PodRecord, Running, Terminated
from transferjob_trainer.contract import PublishedResult, Termination

T0 = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
NAMESPACE = "default"
JOB_UID = "0b0b0b0b-0000-4000-8000-000000000001"
CHILD_UID = "0c0c0c0c-0000-4000-8000-000000000001"
DIGEST = "d" * 64


def make_manifest(
    *, name: str = "flowers", uid: str = JOB_UID, labels: dict[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    """The resource as the API server returns it; keyword arguments replace top-level parts of the spec."""
    whole: dict[str, Any] = {
        "backbone": {"name": "ResNet50", "weights": "none"},
        "freeze": {"layers": 100},
        "dataset": {"uri": "pvc://data/flowers"},
        "output": {"uri": "pvc://models/flowers"},
        **spec,
    }
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": NAMESPACE,
        "uid": uid,
        "generation": 1,
        "resourceVersion": "1",
        "creationTimestamp": "2026-11-24T10:00:00Z",
    }
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": "transferjob.dev/v1alpha1", "kind": "TransferJob", "metadata": metadata, "spec": whole}


def make_job(**arguments: Any) -> TransferJob:
    """A parsed TransferJob; arguments as for make_manifest."""
    return TransferJob.model_validate(make_manifest(**arguments))


def make_condition(
    kind: str, *, true: bool = True, reason: str = "", message: str = "", time: datetime = T0
) -> ConditionRecord:
    """A condition of a Job or pod."""
    return ConditionRecord(kind, true, reason, message, time)


def make_child(**changes: Any) -> JobRecord:
    """The child Job of make_job(), running, without a pod yet."""
    fields: dict[str, Any] = {
        "namespace": NAMESPACE,
        "name": "flowers",
        "uid": CHILD_UID,
        "resource_version": "10",
        "owner_uid": JOB_UID,
        "owner_name": "flowers",
        "transferjob": True,
        "queue_name": None,
        "suspended": False,
        "active": 0,
        "succeeded": 0,
        "failed": 0,
        "creation_time": T0,
        "start_time": T0,
        "completion_time": None,
        "deletion_time": None,
        "conditions": (),
        **changes,
    }
    return JobRecord(**fields)


def make_pod(**changes: Any) -> PodRecord:
    """A pod of make_child(), pending, without a node."""
    fields: dict[str, Any] = {
        "namespace": NAMESPACE,
        "name": "flowers-abcde",
        "uid": "pod-1",
        "resource_version": "20",
        "job_uid": CHILD_UID,
        "job_name": "flowers",
        "phase": "Pending",
        "reason": "",
        "message": "",
        "ip": None,
        "node": None,
        "started": False,
        "ready": False,
        "creation_time": T0,
        "start_time": None,
        "deletion_time": None,
        "scheduled": None,
        "disrupted": None,
        "container": None,
        "image": "trainer:1",
        "others": (),
        "claims": (),
        **changes,
    }
    return PodRecord(**fields)


def make_running_pod(**changes: Any) -> PodRecord:
    """A pod whose trainer runs on node-1."""
    return make_pod(**{**_on_node(), "phase": "Running", "container": Running(T0), "started": True, **changes})


def make_ended_pod(
    code: int, *, message: str = "", reason: str = "Error", signal: int = 0, **changes: Any
) -> PodRecord:
    """A pod whose trainer has ended with this exit code."""
    container: ContainerState = Terminated(code, signal, reason, message, T0, changes.pop("finished_at", T0))
    phase = "Failed" if code else "Succeeded"
    return make_pod(**{**_on_node(), "phase": phase, "container": container, **changes})


def make_result_message(**changes: Any) -> str:
    """The last words of a trainer that has published a model."""
    result = PublishedResult(model_uri=f"pvc://models/flowers/{DIGEST}", digest=DIGEST, best_epoch=3)
    words = Termination(reason="Succeeded", message="the model is published", result=result, **changes)
    return words.encode().decode()


def _on_node() -> dict[str, Any]:
    return {"node": "node-1", "ip": "127.1.0.1", "scheduled": make_condition("PodScheduled")}
