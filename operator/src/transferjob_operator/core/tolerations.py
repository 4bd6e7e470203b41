"""Which taints the trainer's pod accepts, and for how long."""

from __future__ import annotations

from typing import Any

from ..api.pod import Toleration
from ..api.transfer_job import TransferJob
from .passthrough import plain_items
from .settings import CoreSettings

NODE_TROUBLE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""Taints that the node controller sets; after the tolerated seconds the pod is deleted."""
DEFAULT_SECONDS = 300
"""What Kubernetes adds itself where a pod says nothing."""
MARGIN_SECONDS = 60
"""The operator gives a pod on a lost node up first: it looks whether the node has come back, which nobody else does."""


def tolerations(job: TransferJob, settings: CoreSettings) -> list[dict[str, Any]]:
    """The GPU's taint, a bounded time on a node in trouble, and what the spec says, which goes before the second."""
    given = job.spec.pod.tolerations or ()
    seconds = _seconds(settings)
    trouble = [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}
        for key in NODE_TROUBLE
        if not any(_covers(entry, key) for entry in given)
    ]
    return [*_gpu(job), *trouble, *plain_items(given)]


def _seconds(settings: CoreSettings) -> int:
    if settings.unreachable_toleration_seconds is not None:
        return settings.unreachable_toleration_seconds
    return settings.node_lost_seconds + MARGIN_SECONDS if settings.node_lost_seconds else DEFAULT_SECONDS


def _covers(entry: Toleration, key: str) -> bool:
    return entry.key in (None, key) and entry.effect in (None, "NoExecute")


def _gpu(job: TransferJob) -> list[dict[str, Any]]:
    if not job.spec.resources.gpus:
        return []
    return [{"key": job.spec.resources.gpu_resource, "operator": "Exists", "effect": "NoSchedule"}]
