"""Attempts: pods that were bound to a node, each counted once."""

from __future__ import annotations

from datetime import datetime

from .observed import pods_in_order
from .phase import is_quick_start
from .records import PodRecord, Running, Terminated


def new_attempts(
    pods: tuple[PodRecord, ...], counted_uid: str | None, since: datetime | None, now: datetime
) -> tuple[PodRecord, ...]:
    """Pods that are attempts and not in status yet, oldest first. A pod is never counted twice.

    Args:
        pods: Pods of the child; of several workers, the chief's.
        counted_uid: UID of the last attempt in status.
        since: When that one was given its node or, where it is known to be over, when that was seen.
        now: The time.
    """
    ordered = pods_in_order(pods)
    position = next((place for place, pod in enumerate(ordered) if pod.uid == counted_uid), None)
    if position is not None:
        later = ordered[position + 1 :]
    else:
        later = tuple(pod for pod in ordered if counted_uid is None or _is_last(pod) or _was_made_after(pod, since))
    return tuple(pod for pod in later if pod.node is not None and not is_quick_start(pod, now))


def _is_last(pod: PodRecord) -> bool:
    """Whether no attempt can have come after this pod's: a failed one may be older than a counted pod that is gone."""
    # An exit 0 on the way to a suspension is none that the Job counts.
    return not pod.finished or (pod.phase == "Succeeded" and pod.deletion_time is None)


def _was_made_after(pod: PodRecord, since: datetime | None) -> bool:
    """Made after the counted attempt, since the Job controller makes one pod at a time: that had its node by then."""
    return since is not None and pod.creation_time is not None and pod.creation_time > since


def bound_time(pod: PodRecord, now: datetime) -> datetime:
    """When the pod was given its node, as exactly as its record tells."""
    scheduled = pod.scheduled.time if pod.scheduled and pod.scheduled.true else None
    return scheduled or pod.start_time or pod.creation_time or now


def end_time(pod: PodRecord, now: datetime) -> datetime | None:
    """When the pod let go of its node; None while it holds it."""
    if not pod.finished:
        return None
    return (pod.terminated and pod.terminated.finished_at) or now


def trainer_start(pod: PodRecord) -> datetime | None:
    """When the trainer started in this pod; None where it has not."""
    return pod.container.started_at if isinstance(pod.container, Running | Terminated) else None
