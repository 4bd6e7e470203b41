"""A pod that goes on though its trainer has ended: a container that something in the cluster put beside it runs."""

from __future__ import annotations

from datetime import datetime

from ..records import PodRecord
from ..times import seconds_between

LINGER_SECONDS = 60.0
"""A container beside the trainer that does not end by itself so long after it does not end at all."""


def lingers(pod: PodRecord, now: datetime) -> bool:
    """Whether the trainer ended long ago in a pod that has not ended."""
    over = pod.terminated.finished_at if pod.terminated and not pod.finished else None
    return over is not None and seconds_between(over, now) >= LINGER_SECONDS
