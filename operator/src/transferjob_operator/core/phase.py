"""The phase of a job that has no outcome yet, with the sentence behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from transferjob_trainer.contract import ENDING_BY_CODE

from ..api.status import Phase
from .conditions import Claim, Claims
from .diagnosis.diagnose import diagnose, notice_in, recheck_in
from .diagnosis.diagnosis import Diagnosis
from .diagnosis.exits import IMAGE_FAULTS
from .observed import Observed, active_pod, finished_pods
from .outcome import Outcome, pod_failure
from .records import JobRecord, PodRecord, Running, Terminated
from .workers import holds_nodes, last_failure, missing

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
    stalled: str = ""
    """Training stands still, with the sentence for it."""

    @property
    def claims(self) -> Claims:
        """The five conditions of this situation."""
        suspended = self.phase == "Suspended" or self.queued
        return {
            "Running": Claim("True" if self.phase == "Running" else "False", self.reason, self.message),
            "Complete": Claim("False", "NotFinished"),
            "Failed": Claim("False", "NotFinished"),
            "Suspended": Claim("True", self.reason, self.message) if suspended else Claim("False", "NotSuspended"),
            "TrainingStalled": self._stall,
        }

    @property
    def _stall(self) -> Claim:
        if self.stalled:
            return Claim("True", "Stalled", self.stalled)
        return _NOT_STALLED if self.phase == "Running" else Claim("Unknown", "NotRunning")


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
    found = diagnose(observed, now)
    here = _troubled(found, job, observed, attempts) if found else _untroubled(job, observed, attempts)
    return replace(here, recheck_seconds=recheck_in(observed, now))


def _troubled(found: Diagnosis, job: JobRecord, observed: Observed, attempts: int) -> Situation:
    if job.suspended:
        return Situation("Suspended" if attempts else "Pending", found.reason, found.sentence, queued=True)
    pod = active_pod(observed.pods)
    held = pod is not None and found.holds_gpu and pod.deletion_time is None and pod.terminated is None
    if held or (observed.workers > 1 and holds_nodes(observed)):
        return Situation("Starting", found.reason, found.sentence)
    return Situation("Restarting" if attempts else "Pending", found.reason, found.sentence)


def _untroubled(job: JobRecord, observed: Observed, attempts: int) -> Situation:
    waiting: Phase = "Restarting" if attempts else "Pending"
    if job.suspended:
        return Situation(waiting, "Resuming", "the Job is about to be resumed")
    pod = active_pod(observed.pods)
    if pod is not None and pod.deletion_time is None and isinstance(pod.container, Running):
        if missing(observed):
            return Situation(
                "Starting", "WaitingForWorkers", f"training goes on once all {observed.workers} workers run"
            )
        return Situation("Running", "TrainerRunning", f"pod {pod.name} runs on node {pod.node}")
    failure = last_failure(observed)
    if not attempts or failure is None:
        return Situation(waiting, "WaitingForPod")
    last = pod_failure(failure)
    return Situation(waiting, last.reason, f"the last attempt ended: {last.message}")


def ends_the_job(observed: Observed) -> bool:
    """The pod that ends the Job has ended, and the Job controller is about to say so."""
    pod = active_pod(observed.pods)
    if pod is not None:
        return pod.terminated is not None
    finished = finished_pods(observed.pods)
    return bool(finished) and (finished[-1].phase == "Succeeded" or is_final(finished[-1]))


def is_final(pod: PodRecord) -> bool:
    """The trainer's own end leaves nothing to try again: by its fault, the user's or the image's."""
    if pod.terminated is None or pod.terminated.exit_code == 0 or (pod.disrupted and pod.disrupted.true):
        return False
    ending = ENDING_BY_CODE.get(pod.terminated.exit_code)
    return pod.terminated.exit_code in IMAGE_FAULTS or (ending is not None and ending.retry == "never")


def is_quick_start(pod: PodRecord, now: datetime) -> bool:
    """The pod got its node a moment ago and nothing ran in it yet."""
    return not pod.finished and not isinstance(pod.container, Running | Terminated) and notice_in(pod, now) > 0
