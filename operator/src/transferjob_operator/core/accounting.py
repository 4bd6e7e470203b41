"""Attempts, GPU seconds and queued seconds. They follow from stored times: doing it twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from ..api.status import BudgetStatus, TransferJobStatus
from .attempts import bound_time, end_time, new_attempts, trainer_start
from .observed import Observed
from .records import PodRecord
from .times import seconds_between


def account(status: TransferJobStatus, observed: Observed, gpus: int, now: datetime) -> TransferJobStatus:
    """Status with the attempts counted that have begun and the seconds of those that have ended."""
    for pod in new_attempts(observed.pods, status.pod_uid, now):
        status = _begin(_close(status, gpus, bound_time(pod, now)), pod, now)
        if (end := end_time(pod, now)) is not None:
            status = _close(status, gpus, end)
    status = _first_start(status, observed.pods)
    current = next((pod for pod in observed.pods if pod.uid == status.pod_uid), None)
    end = now if current is None else end_time(current, now)
    return status if end is None else _close(status, gpus, end)


def _begin(status: TransferJobStatus, pod: PodRecord, now: datetime) -> TransferJobStatus:
    budget = (status.budget or BudgetStatus()).model_copy(update={"active_since": bound_time(pod, now)})
    return status.model_copy(
        update={
            "attempts": status.attempts + 1,
            "pod_name": pod.name,
            "pod_uid": pod.uid,
            "node": pod.node,
            "budget": budget,
            # What the last attempt showed is not where this one stands.
            "progress": None,
        }
    )


def _first_start(status: TransferJobStatus, pods: tuple[PodRecord, ...]) -> TransferJobStatus:
    starts = [start for pod in pods if (start := trainer_start(pod)) is not None]
    if status.first_start_time is not None or not starts:
        return status
    first = min(starts)
    queued = seconds_between(status.start_time, first) if status.start_time else 0.0
    return status.model_copy(update={"first_start_time": first, "queued_seconds": queued})


def _close(status: TransferJobStatus, gpus: int, end: datetime) -> TransferJobStatus:
    if status.budget is None or status.budget.active_since is None:
        return status
    seconds = seconds_between(status.budget.active_since, end)
    budget = status.budget.model_copy(
        update={"active_since": None, "active_seconds": status.budget.active_seconds + seconds}
    )
    return status.model_copy(update={"budget": budget, "gpu_seconds": (status.gpu_seconds or 0.0) + gpus * seconds})
