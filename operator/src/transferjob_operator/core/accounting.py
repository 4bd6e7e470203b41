"""Attempts, budgets and seconds. They follow from stored times: doing it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..api.status import BudgetStatus, TransferJobStatus
from ..api.transfer_job import TransferJob
from .attempts import bound_time, end_time, new_attempts, trainer_start
from .checkpoint import with_last_words
from .observed import Observed
from .policies.active_time import stopped, with_active_time
from .policies.queue_timeout import with_waiting_time
from .policies.retries import tallied
from .records import PodRecord
from .times import seconds_between
from .workers import cause


def account(job: TransferJob, status: TransferJobStatus, observed: Observed, now: datetime) -> TransferJobStatus:
    """Status with the attempts counted that have begun, the ends of those that are over, and the clocks set."""
    first = job.metadata.creation_timestamp if status.phase is None else None
    status = _with_attempts(status, observed, gpus_of(job), now)
    suspended = job.spec.run.suspend
    budget = with_active_time(status.budget or BudgetStatus(), observed.job, suspended=suspended, now=now)
    budget = with_waiting_time(budget, min(first or now, now), suspended=suspended)
    return status.model_copy(update={"budget": budget})


def gpus_of(job: TransferJob) -> int:
    """GPUs of all workers together: they start and end within seconds, and the chief's times count for all."""
    return job.spec.resources.gpus * job.spec.workers


def attempt_over(
    job: TransferJob, status: TransferJobStatus, pod: PodRecord, peers: tuple[PodRecord, ...], now: datetime
) -> TransferJobStatus:
    """Status with the present attempt over by how its trainer ended, though its pod still runs. Counted once."""
    if status.pod_uid != pod.uid or status.budget is None or status.budget.held_since is None:
        return status
    # It held its GPUs until now, whenever its trainer ended.
    told = with_last_words(_close(status, gpus_of(job), now), pod)
    ended = cause(replace(pod, phase="Failed"), peers)
    budget = tallied(told.budget or BudgetStatus(), ended)
    return told.model_copy(update={"budget": budget.model_copy(update={"waiting_since": now})})


def closed(status: TransferJobStatus, gpus: int, end: datetime) -> TransferJobStatus:
    """Status of a job that ended at this time: no clock goes on."""
    status = _close(status, gpus, end)
    if status.budget is None:
        return status
    budget = stopped(status.budget, end).model_copy(update={"waiting_since": None})
    return status.model_copy(update={"budget": budget})


def _with_attempts(status: TransferJobStatus, observed: Observed, gpus: int, now: datetime) -> TransferJobStatus:
    # The known attempt first: its end and the next one's begin may be seen in one pass.
    budget = status.budget or BudgetStatus()
    later = new_attempts(observed.pods, status.pod_uid, budget.held_since or budget.waiting_since, now)
    status = _with_end(status, observed, gpus, now)
    for pod in later:
        status = _begin(_close(status, gpus, bound_time(pod, now)), pod, now)
        status = _with_end(status, observed, gpus, now)
    status = _first_start(status, observed.pods)
    return status if any(pod.uid == status.pod_uid for pod in observed.pods) else _close(status, gpus, now)


def _with_end(status: TransferJobStatus, observed: Observed, gpus: int, now: datetime) -> TransferJobStatus:
    current = next((pod for pod in observed.pods if pod.uid == status.pod_uid), None)
    return status if current is None else _ended(status, current, observed.peers, gpus, now)


def _begin(status: TransferJobStatus, pod: PodRecord, now: datetime) -> TransferJobStatus:
    budget = (status.budget or BudgetStatus()).model_copy(update={"held_since": bound_time(pod, now)})
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


def _ended(
    status: TransferJobStatus, pod: PodRecord, peers: tuple[PodRecord, ...], gpus: int, now: datetime
) -> TransferJobStatus:
    """Status with the end of the present attempt, once: an attempt that is open is closed only here."""
    end = end_time(pod, now)
    if end is None or status.budget is None or status.budget.held_since is None:
        return status
    told = with_last_words(_close(status, gpus, end), pod)
    return told.model_copy(update={"budget": tallied(told.budget or BudgetStatus(), cause(pod, peers))})


def _first_start(status: TransferJobStatus, pods: tuple[PodRecord, ...]) -> TransferJobStatus:
    starts = [start for pod in pods if (start := trainer_start(pod)) is not None]
    if status.first_start_time is not None or not starts:
        return status
    first = min(starts)
    queued = seconds_between(status.start_time, first) if status.start_time else 0.0
    return status.model_copy(update={"first_start_time": first, "queued_seconds": queued})


def _close(status: TransferJobStatus, gpus: int, end: datetime) -> TransferJobStatus:
    if status.budget is None or status.budget.held_since is None:
        return status
    seconds = seconds_between(status.budget.held_since, end)
    budget = status.budget.model_copy(update={"held_since": None})
    return status.model_copy(update={"budget": budget, "gpu_seconds": (status.gpu_seconds or 0.0) + gpus * seconds})
