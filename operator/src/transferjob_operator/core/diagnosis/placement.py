"""A pod without a node: what the scheduler says of it, in the pod's own condition."""

from __future__ import annotations

import re
from datetime import datetime

from ..records import Note, PodRecord
from ..times import seconds_between
from .diagnosis import Diagnosis, found
from .notes import newest

NO_SCHEDULER_SECONDS = 60.0
"""A pod that no scheduler has spoken of for so long has none."""
_VOLUME = re.compile(r"persistentvolumeclaim|unbound immediate|ephemeral volume controller", re.IGNORECASE)
_NEVER = re.compile(r"0/(\d+) nodes are available: .*Insufficient .*preemption: .*?\b(\d+) Preemption is not helpful")
_PASSING = re.compile(r"were unschedulable|not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure")
_CLAIM_REASONS = ("ProvisioningFailed", "FailedBinding", "FailedMount")


def unplaced(pod: PodRecord, notes: tuple[Note, ...], now: datetime) -> Diagnosis | None:
    """Why the pod has no node; None while no scheduler has spoken and it is early."""
    scheduled = pod.scheduled
    if scheduled is None or scheduled.true:
        return None if silent_for(pod, now) else found("NoScheduler")
    if scheduled.reason == "SchedulingGated":
        return found("SchedulingGated", scheduled.message)
    if waits_for_volume(pod):
        told = newest(notes, _CLAIM_REASONS)
        return found("VolumePending", f"{scheduled.message} {told.message}" if told else scheduled.message)
    return found("ResourceMissing" if _never_fits(scheduled.message) else "Unschedulable", scheduled.message)


def waits_for_volume(pod: PodRecord) -> bool:
    """The scheduler names a claim that is not there or not bound."""
    return pod.scheduled is not None and _VOLUME.search(pod.scheduled.message) is not None


def _never_fits(words: str) -> bool:
    """The pod would not fit any node that it may use if that were empty. Nodes that are away for now may come back.

    Source: the NodeResourcesFit plugin since 1.32, which calls a request above a node's allocatable unresolvable.
    """
    match = _NEVER.search(words)
    return match is not None and match[1] == match[2] and not _PASSING.search(words)


def silent_for(pod: PodRecord, now: datetime) -> float | None:
    """Seconds for which the scheduler's silence is nothing to tell of; None where it has spoken or they are over."""
    if pod.scheduled is not None or pod.creation_time is None:
        return None
    left = NO_SCHEDULER_SECONDS - seconds_between(pod.creation_time, now)
    return left if left > 0 else None
