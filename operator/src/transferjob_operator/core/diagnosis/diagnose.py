"""Why a job that has no outcome does not run: one pure function over the records."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..observed import Observed, active_pod, finished_pods
from ..records import JobRecord, PodRecord, Running
from ..times import seconds_between
from ..workers import focused
from .diagnosis import Diagnosis, found
from .lingering import LINGER_SECONDS, lingers
from .placement import silent_for, unplaced, waits_for_volume
from .refusal import refused, refused_pods
from .starting import is_quiet, starting

START_NOTICE_SECONDS = 3.0
"""A start that is quicker is not reported of its own: one write less."""
POD_NOTICE_SECONDS, ANSWER_SECONDS = 5.0, 5.0
"""A Job without a pod is nothing to ask about for so long, and then nothing to tell of until the answer is there."""
NOTES_SECONDS, LONGEST_NOTES_SECONDS = 30.0, 600.0
"""Events about an object that does not move are asked for at most this often."""
LEAVING_SECONDS = 30.0
"""A pod that is still there so long after the end of its grace period sits on a node that does not answer."""
FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 10.0, 600.0
"""The Job controller waits so long after failures, doubling. Source: its DefaultJobPodFailureBackOff, 1.34."""


def diagnose(observed: Observed, now: datetime) -> Diagnosis | None:
    """What keeps the job from going on; None while the trainer runs, has just ended or begun, or is suspended.

    Args:
        observed: Child, pods, and the Events about them, which colour the sentence and decide nothing else.
        now: The time, aware.
    """
    if observed.refusal is not None:
        return refused(observed.refusal)
    job = observed.job
    if job is None or job.finished or job.deletion_time is not None:
        return None
    if job.suspended:
        return found("WaitingForQuota", queue=job.queue_name) if job.queue_name else None
    observed, who = focused(observed)
    pod = active_pod(observed.pods)
    told = _without_pod(job, observed, now) if pod is None else _with_pod(pod, observed, now)
    return replace(told, sentence=f"{who}{told.sentence}") if told else None


def _with_pod(pod: PodRecord, observed: Observed, now: datetime) -> Diagnosis | None:
    if pod.deletion_time is not None and pod.node and seconds_between(pod.deletion_time, now) > LEAVING_SECONDS:
        return found("NodeLost", holds_gpu=True, node=pod.node)
    if pod.terminated is not None:
        return found("SidecarRunning", holds_gpu=True, pod=pod.name) if lingers(pod, now) else None
    if pod.deletion_time is not None:
        return None
    if isinstance(pod.container, Running) or notice_in(pod, now) > 0:
        return None
    if pod.node is None:
        return unplaced(pod, observed.notes, now)
    return starting(pod, observed.notes)


def recheck_in(observed: Observed, now: datetime) -> float | None:
    """Seconds after which the diagnosis may change by the clock alone or by Events; None where only the watch tells."""
    observed, _ = focused(observed)
    job, pod = observed.job, active_pod(observed.pods)
    if job is None or job.finished or job.suspended or job.deletion_time is not None:
        return None
    if pod is None:
        left = no_pod_notice_in(job, observed, now)
        return left if left > 0 else left + ANSWER_SECONDS if left > -ANSWER_SECONDS else _patience(-left)
    if pod.deletion_time is not None:
        return _left(LEAVING_SECONDS, pod.deletion_time, now)
    if pod.terminated is not None:
        return _left(LINGER_SECONDS, pod.terminated.finished_at, now) if pod.terminated.finished_at else None
    if isinstance(pod.container, Running):
        return None
    if (left := notice_in(pod, now)) > 0:
        return left
    asked = NOTES_SECONDS if (is_quiet(pod) if pod.node else waits_for_volume(pod)) else None
    return asked if pod.node else silent_for(pod, now) or asked


def notice_in(pod: PodRecord, now: datetime) -> float:
    """Seconds until it is worth telling that this pod has not started; at most 0 where it is."""
    bound = pod.scheduled.time if pod.node and pod.scheduled and pod.scheduled.time else pod.creation_time
    return START_NOTICE_SECONDS - seconds_between(bound, now) if bound else 0.0


def _without_pod(job: JobRecord, observed: Observed, now: datetime) -> Diagnosis | None:
    left = no_pod_notice_in(job, observed, now)
    if left > 0 or (left > -ANSWER_SECONDS and not observed.notes):
        return None
    return refused_pods(job, observed.notes)


def no_pod_notice_in(job: JobRecord, observed: Observed, now: datetime) -> float:
    """Seconds until it is worth telling that the Job has no pod; at most 0 where it is."""
    ended = finished_pods(observed.pods)
    since = (_ended_at(ended[-1]) if ended else None) or job.start_time or job.creation_time
    return POD_NOTICE_SECONDS + _backoff(len(ended)) - seconds_between(since, now) if since else 0.0


def _patience(waited: float) -> float:
    """Seconds until a job without a pod is looked at again: rarer and rarer, since only words can change."""
    return min(max(NOTES_SECONDS, waited / 5), LONGEST_NOTES_SECONDS)


def _ended_at(pod: PodRecord) -> datetime | None:
    """When a finished pod let go; of one on a node that was given up only the disruption tells."""
    told = pod.terminated.finished_at if pod.terminated else None
    return told or (pod.disrupted.time if pod.disrupted else None)


def _backoff(failures: int) -> float:
    return min(FIRST_BACKOFF_SECONDS * 2.0 ** (failures - 1), LONGEST_BACKOFF_SECONDS) if failures else 0.0


def _left(limit: float, since: datetime, now: datetime) -> float | None:
    """Seconds until the limit; a moment more, so that it is past then. None where it is past."""
    left = limit - seconds_between(since, now)
    return left + 1.0 if left >= 0 else None
