"""The phase of a job that has no outcome yet, with the sentence behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transferjob_trainer.contract import ENDING_BY_CODE

from ..api.status import Phase
from .conditions import Claim, Claims
from .observed import Observed, active_pod, finished_pods
from .outcome import Outcome, pod_failure
from .records import JobRecord, PodRecord, Running, Terminated, Waiting
from .times import seconds_between

START_NOTICE_SECONDS = 3.0
"""A start that is quicker is not reported of its own: one write less."""

_NOT_STALLED = Claim("False", "NotStalled")


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a job stands: its phase, why, and when that could change by the clock alone."""

    phase: Phase
    reason: str
    message: str = ""
    queued: bool = False
    """Kueue holds the Job back."""
    recheck_seconds: float | None = None

    @property
    def claims(self) -> Claims:
        """The five conditions of this situation."""
        suspended = self.phase == "Suspended" or self.queued
        return {
            "Running": Claim("True" if self.phase == "Running" else "False", self.reason, self.message),
            "Complete": Claim("False", "NotFinished"),
            "Failed": Claim("False", "NotFinished"),
            "Suspended": Claim("True", self.reason, self.message) if suspended else Claim("False", "NotSuspended"),
            "TrainingStalled": _NOT_STALLED if self.phase == "Running" else Claim("Unknown", "NotRunning"),
        }


def outcome_claims(outcome: Outcome) -> Claims:
    """The five conditions of a job that is over."""
    over = Claim("False", "Finished")
    told, other = Claim("True", outcome.reason, outcome.message), Claim("False", outcome.reason)
    return {
        "Running": over,
        "Complete": told if outcome.succeeded else other,
        "Failed": other if outcome.succeeded else told,
        "Suspended": over,
        "TrainingStalled": over,
    }


def suspended_by_user() -> Situation:
    """spec.run.suspend is true."""
    return Situation("Suspended", "SuspendedByUser", "spec.run.suspend is true")


def situation(job: JobRecord, observed: Observed, attempts: int, now: datetime) -> Situation:
    """The situation of a job whose child exists and should run."""
    if job.suspended:
        return _held_back(job, attempts)
    pod = active_pod(observed.pods)
    if pod is None or pod.deletion_time is not None:
        return _between(observed, attempts)
    if pod.node is None:
        return _unplaced(pod, attempts, now)
    if isinstance(pod.container, Running):
        return Situation("Running", "TrainerRunning", f"pod {pod.name} runs on node {pod.node}")
    if pod.terminated is not None:
        return _between(observed, attempts)
    return _starting(pod, attempts, now)


def _unplaced(pod: PodRecord, attempts: int, now: datetime) -> Situation:
    """The scheduler's first words are often out of date a moment later; they are told when they last."""
    phase: Phase = "Restarting" if attempts else "Pending"
    soon = START_NOTICE_SECONDS - seconds_between(pod.creation_time, now) if pod.creation_time else 0.0
    if soon > 0:
        return Situation(phase, "WaitingForPod", recheck_seconds=soon)
    words = pod.scheduled.message if pod.scheduled and not pod.scheduled.true else ""
    return Situation(phase, "WaitingForNode", words)


def _held_back(job: JobRecord, attempts: int) -> Situation:
    if job.queue_name is None:
        return Situation("Pending" if not attempts else "Restarting", "Resuming", "the Job is about to be resumed")
    message = f"queue {job.queue_name} has not admitted the Job yet"
    return Situation("Suspended" if attempts else "Pending", "WaitingForQuota", message, queued=True)


def _between(observed: Observed, attempts: int) -> Situation:
    if not attempts:
        return Situation("Pending", "WaitingForPod")
    finished = finished_pods(observed.pods)
    failures = [pod for pod in finished if pod.phase == "Failed"]
    if not failures:
        return Situation("Restarting", "WaitingForPod")
    last = pod_failure(failures[-1])
    return Situation("Restarting", last.reason, f"the last attempt ended: {last.message}")


def ends_the_job(observed: Observed) -> bool:
    """The pod that ends the Job has ended, and the Job controller is about to say so."""
    pod = active_pod(observed.pods)
    if pod is not None:
        return pod.terminated is not None
    finished = finished_pods(observed.pods)
    return bool(finished) and (finished[-1].phase == "Succeeded" or _is_final(finished[-1]))


def _is_final(pod: PodRecord) -> bool:
    ending = ENDING_BY_CODE.get(pod.terminated.exit_code) if pod.terminated else None
    return ending is not None and ending.retry == "never"


def is_quick_start(pod: PodRecord, now: datetime) -> bool:
    """The pod got its node a moment ago and nothing ran in it yet."""
    return not pod.finished and not isinstance(pod.container, Running | Terminated) and _notice_in(pod, now) > 0


def _starting(pod: PodRecord, attempts: int, now: datetime) -> Situation:
    if is_quick_start(pod, now):
        phase: Phase = "Restarting" if attempts else "Pending"
        return Situation(phase, "WaitingForPod", recheck_seconds=_notice_in(pod, now))
    waiting = pod.container if isinstance(pod.container, Waiting) else None
    message = f"pod {pod.name} starts on node {pod.node}"
    if waiting and waiting.message:
        message = f"{message}: {waiting.message}"
    return Situation("Starting", (waiting and waiting.reason) or "PodStarting", message)


def _notice_in(pod: PodRecord, now: datetime) -> float:
    bound = pod.scheduled.time if pod.scheduled and pod.scheduled.time else pod.creation_time
    return START_NOTICE_SECONDS - seconds_between(bound, now) if bound else 0.0
