"""The end of a job: from the child's own end, or by a limit. The outcome is told before anything is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..api.status import TransferJobStatus
from ..api.transfer_job import TransferJob
from .accounting import closed, gpus_of
from .decision import Decision
from .diagnosis.lingering import lingers
from .display import with_display
from .finish import with_outcome
from .observed import Observed, active_pod, finished_pods
from .outcome import Outcome, job_outcome
from .phase import ends_the_job
from .policies.after_end import leftovers, ttl_left
from .policies.stall import STALLED, ended_by_stall
from .records import JobRecord
from .settings import CoreSettings
from .times import seconds_between
from .verdict import concluded
from .workers import deciding_pods

SETTLE_SECONDS = 5.0
"""How long a finished Job waits for its pods' last words: the two are watched apart and may arrive in any order."""
SETTLE_RECHECK_SECONDS = 0.5


def end(
    job: TransferJob,
    status: TransferJobStatus,
    outcome: Outcome,
    settings: CoreSettings,
    ended: datetime,
    now: datetime,
    *,
    child: JobRecord | None = None,
) -> Decision:
    """The last decision about a job's status.

    Args:
        job: The resource.
        status: Its status so far.
        outcome: How it ended.
        settings: What the administrator set.
        ended: When it ended.
        now: The time.
        child: The child that still runs, where a limit ended the job: it is deleted after the status is written.
    """
    over = closed(with_outcome(status, outcome, settings, ended), gpus_of(job), ended)
    told = concluded(status, with_display(over, job.spec), outcome, job.metadata.generation, now)
    # No watch tells of our own write: the time to live begins with this pass.
    left = ttl_left(job.spec.run.ttl_seconds_after_finished, over.completion_time, now)
    return replace(told, actions=leftovers(job, child), requeue_after=left)


def finished(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    """The decision about a job whose child has finished: its outcome, once the pods have told their last words."""
    outcome = job_outcome(child, deciding_pods(observed, child), observed.log_tail)
    if outcome is None:
        return Decision(status=status)
    done = child.condition("Complete") or child.condition("Failed")
    ended = child.completion_time or (done and done.time) or now
    shown = _has_shown_its_end(child, observed)
    if (observed.log_awaited or not shown) and seconds_between(ended, now) < SETTLE_SECONDS:
        return Decision(status=status, requeue_after=SETTLE_RECHECK_SECONDS)
    told = end(job, status, _named(outcome, status), settings, ended, now)
    # A watch of pods that fails for a while must not lose the result: it stands in the pod's last words.
    return replace(told, reread_pods=not (shown or observed.pods_reread))


def about_to_end(job: TransferJob, observed: Observed, child: JobRecord, now: datetime) -> bool:
    """The Job controller is about to say how the Job ended; to tell of the moment before would cost a write."""
    if child.finished or child.deletion_time is not None or job.spec.run.suspend or not ends_the_job(observed):
        return False
    pod = active_pod(observed.pods)
    # A trainer that ended long ago in a pod that has not ended ends no Job.
    return pod is None or not lingers(pod, now)


def _has_shown_its_end(child: JobRecord, observed: Observed) -> bool:
    """The pod that decided has been seen in its end."""
    wanted = "Succeeded" if child.condition("Complete") else "Failed"
    every = observed.all_pods
    return active_pod(every) is None and any(pod.phase == wanted for pod in finished_pods(every))


def _named(outcome: Outcome, status: TransferJobStatus) -> Outcome:
    """A pod that was deleted for its stall is killed in the end; what it died of is the stall."""
    return replace(outcome, reason=STALLED) if ended_by_stall(status) and not outcome.succeeded else outcome
