"""Resources of the pod and how the run is supervised."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from transferjob_trainer.contract.base import Document

QUANTITY_PATTERN = r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$"
_NUMBER = re.compile(r"[0-9.]+")


def _positive(quantity: str) -> str:
    number = _NUMBER.match(quantity)
    if number is None or Decimal(number.group()) <= 0:
        raise ValueError(f"must be more than 0, got {quantity!r}")
    return quantity


Quantity = Annotated[
    str, StringConstraints(pattern=QUANTITY_PATTERN, min_length=1, max_length=32), AfterValidator(_positive)
]
AMOUNTS = ("cpu", "memory")
"""Fields of ResourcesSpec that are quantities."""
Timeout = Annotated[int, Field(ge=1, le=31_536_000)]


class ResourcesSpec(Document):
    """What the trainer's pod asks for; requests and limits are equal."""

    gpus: Annotated[int, Field(ge=0, le=64)] = 1
    """GPUs of the pod. 0 trains on the CPU."""
    gpu_resource: Annotated[
        str,
        StringConstraints(
            pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", max_length=253
        ),
    ] = "nvidia.com/gpu"
    """Name of the GPU resource on the nodes."""
    cpu: Quantity = "4"
    """CPU cores as a quantity, e.g. "4" or "500m"."""
    memory: Quantity = "16Gi"
    """Memory as a quantity, e.g. 16Gi."""


class RunSpec(Document):
    """How the run is supervised."""

    suspend: bool = False
    """true stops the run and gives its resources back; false goes on. May be changed at any time."""
    retries: Annotated[int, Field(ge=0, le=20)] = 3
    """New attempts after faults of the infrastructure. A fault of the spec or the data is never retried."""
    queue_timeout_seconds: Timeout | None = None
    """Longest wait for a node or quota. Default: none, because waiting holds no GPU."""
    start_timeout_seconds: Timeout = 900
    """Longest time from a pod being bound to a node to its first progress document."""
    stall_timeout_seconds: Timeout = 600
    """Longest time that progress documents arrive and do not move; at least 31 minutes while the model is built,
    evaluated, exported or published, which shows nothing."""
    active_deadline_seconds: Timeout | None = None
    """Longest time for the whole job; time suspended does not count."""
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    """Seconds after the end when the TransferJob is deleted."""
    termination_grace_period_seconds: Annotated[int, Field(ge=1, le=3600)] = 120
    """Seconds that the trainer has for a last checkpoint when its pod is asked to stop."""
