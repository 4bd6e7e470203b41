"""The child: one batch/v1 Job, rendered from the spec."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract import codes_with_retry
from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..api.transfer_job import TransferJob
from .diagnosis.exits import IMAGE_FAULTS
from .naming import QUEUE_LABEL, child_labels, child_name, owner_reference
from .pod_template import pod_template
from .run_file import run_file
from .settings import CoreSettings
from .weights import ResolvedWeights
from .workers import CHIEF


def job_manifest(
    job: TransferJob, weights: ResolvedWeights | None, settings: CoreSettings, retries: int | None = None
) -> dict[str, Any]:
    """The whole manifest. Equal arguments give equal manifests.

    Args:
        job: The resource.
        weights: What weightsFrom names, where the spec has it.
        settings: What the administrator set.
        retries: What is left of run.retries, where the Job is made again; None is all.
    """
    name, uid = job.metadata.name, job.metadata.uid
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": child_name(name),
            "namespace": job.metadata.namespace,
            "labels": {**(job.metadata.labels or {}), **child_labels(name, uid)},
            "ownerReferences": [owner_reference(name, uid)],
        },
        "spec": {
            **_completion(job.spec.workers, job.spec.run.retries if retries is None else retries),
            "suspend": job.spec.run.suspend or queued(job),
            "podFailurePolicy": {"rules": failure_rules()},
            # With a podFailurePolicy a pod counts only once it is Failed: no second trainer beside one that still ends.
            "podReplacementPolicy": "Failed",
            "template": pod_template(job, run_file(job, weights), settings),
        },
    }


def _completion(workers: int, retries: int) -> dict[str, Any]:
    """When the Job is done, and how often it is tried: with several workers the chief's end is the Job's end."""
    if workers == 1:
        return {"parallelism": 1, "completions": 1, "backoffLimit": retries}
    return {
        "parallelism": workers,
        "completions": workers,
        "completionMode": "Indexed",
        "successPolicy": {"rules": [{"succeededIndexes": str(CHIEF)}]},
        # Failures and their delay count for each worker apart: what strikes all at once is one failure of each.
        "backoffLimitPerIndex": retries,
        "maxFailedIndexes": 0,
    }


def queued(job: TransferJob) -> bool:
    """Kueue decides when the Job runs."""
    return QUEUE_LABEL in (job.metadata.labels or {})


def failure_rules() -> list[dict[str, Any]]:
    """podFailurePolicy, first match wins: disruptions, the user's faults, free restarts; all else counts."""
    return [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {"action": "FailJob", "onExitCodes": _codes((*codes_with_retry("never"), *IMAGE_FAULTS))},
        {"action": "Ignore", "onExitCodes": _codes(codes_with_retry("free"))},
    ]


def _codes(codes: tuple[int, ...]) -> dict[str, Any]:
    # Without the container's name an injected sidecar's exit code would match.
    return {"containerName": CONTAINER_NAME, "operator": "In", "values": list(codes)}
