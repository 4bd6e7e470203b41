"""The decision about a job whose child should run: where it stands, its progress, and what stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ..api.status import BudgetStatus, TransferJobStatus
from ..api.transfer_job import TransferJob
from .checkpoint import with_checkpoint
from .decision import Decision, DeletePod, EventValue
from .diagnosis.diagnosis import found
from .ending import end
from .observed import Observed, active_pod
from .phase import Situation, situation
from .policies.stall import STALLED, Stall, ended_by_stall, patience, stall
from .progress import held_for, with_progress
from .records import JobRecord, PodRecord, Running
from .settings import CoreSettings
from .times import format_time
from .verdict import described

PROGRESS_UNKNOWN = "ProgressUnknown"
SILENCE_NOTICE_SECONDS = 60.0
"""A trainer that is busy, or still imports its libraries, answers again before that."""


def running(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    """Status with the situation and the progress; a pod whose training stands still is restarted or ends the job."""
    run = job.spec.run
    budget = status.budget or BudgetStatus()
    limit = patience(run.stall_timeout_seconds, observed.progress)
    stood = stall(limit, run.retries, budget, observed.pods, observed.still_seconds)
    here = _situation(child, observed, status, now)
    if stood is None:
        return _moving(job, status, observed, here, settings, now)
    if stood.outcome is not None:
        return end(job, status, stood.outcome, settings, now, now, child=child)
    return _stalled(job, status, here, stood, now)


def _situation(child: JobRecord, observed: Observed, status: TransferJobStatus, now: datetime) -> Situation:
    here = situation(child, observed, status.attempts, now)
    if ended_by_stall(status) and here.phase == "Restarting":
        message = "the last attempt was ended because its progress stood still"
        return replace(here, reason=STALLED, message=message, stalled=message)
    return _unheard(here, observed, status, now)


def _unheard(here: Situation, observed: Observed, status: TransferJobStatus, now: datetime) -> Situation:
    """The situation with the word that nobody knows how far the training is, where its pod does not answer."""
    pod = active_pod(observed.pods)
    if here.reason != "TrainerRunning" or pod is None:
        return here
    said = next((item.message for item in status.conditions if item.reason == PROGRESS_UNKNOWN), "")
    # The sentence of before stands until the pod answers: a process that has just started knows of no silence.
    if pod.name in said and observed.progress is None:
        return replace(here, reason=PROGRESS_UNKNOWN, message=said)
    if observed.silent_seconds < SILENCE_NOTICE_SECONDS:
        return here
    since = format_time(now - timedelta(seconds=observed.silent_seconds))
    told = found(PROGRESS_UNKNOWN, pod=pod.name, node=pod.node, since=since).sentence
    return replace(here, reason=PROGRESS_UNKNOWN, message=said if pod.name in said else told)


def _stalled(job: TransferJob, status: TransferJobStatus, here: Situation, stood: Stall, now: datetime) -> Decision:
    counted = status.model_copy(update={"budget": stood.budget})
    told = described(job, counted, replace(here, stalled=stood.message), now, status)
    pod = stood.restart
    if pod is None:
        return told
    news = (
        () if counted.budget == status.budget else (EventValue("Warning", "TrainingStalled", stood.message, "Restart"),)
    )
    return replace(told, actions=(DeletePod(pod.namespace, pod.name, pod.uid),), events=(*told.events, *news))


def _moving(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    here: Situation,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    document = observed.progress if observed.progress and observed.progress.pod_uid == status.pod_uid else None
    plain = described(job, status, here, now, status)
    shown = with_checkpoint(with_progress(status, document), document.checkpoint if document else None)
    reported = described(job, shown, here, now, status)
    pod = _polled(observed)
    held = held_for(observed, settings.progress_write_seconds, now)
    if held and reported.status != plain.status and status.phase == plain.status.phase:
        return replace(plain, requeue_after=sooner(here.recheck_seconds, held), poll_progress=pod)
    return replace(reported, requeue_after=here.recheck_seconds, poll_progress=pod)


def _polled(observed: Observed) -> PodRecord | None:
    pod = active_pod(observed.pods)
    if pod is None or pod.ip is None or pod.deletion_time is not None or not isinstance(pod.container, Running):
        return None
    return pod


def sooner(first: float | None, second: float | None) -> float | None:
    """The earlier of two times, seconds from now."""
    return min((seconds for seconds in (first, second) if seconds is not None), default=None)
