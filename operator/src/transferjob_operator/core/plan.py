"""One pass: what is known of a job in, a decision out. Pure: equal arguments give equal decisions.

Shapes of a pass, in the order of the checks:

    deleted or over            nothing; owner references remove the child
    a stranger has the name    NameConflict, not touched, looked at again
    child over                 outcome to status
    run.suspend                child suspended; under Kueue deleted, so that its quota is free
    no child                   made, once weightsFrom is known
    child there                resumed where it should run; phase, attempts and progress to status
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..api.status import TransferJobStatus
from ..api.transfer_job import TransferJob
from .accounting import account
from .decision import Action, CreateJob, Decision, DeleteJob, EventValue, SuspendJob
from .display import with_display
from .events import action_event
from .finish import with_outcome
from .job_template import job_manifest, queued
from .naming import child_name
from .observed import Observed, active_pod, finished_pods
from .outcome import Outcome, job_outcome
from .phase import Situation, ends_the_job, situation, suspended_by_user
from .progress import held_for, with_progress
from .records import JobRecord, PodRecord, Running
from .run_file import MAX_RUN_FILE_BYTES, encode_run_file, run_file
from .settings import CoreSettings
from .times import seconds_between
from .verdict import concluded, described
from .weights import ResolvedWeights, WeightsFailed, WeightsPending, resolve_weights

__all__ = ["Action", "CreateJob", "Decision", "DeleteJob", "EventValue", "SuspendJob", "decide", "decide_invalid"]

CONFLICT_RECHECK_SECONDS = 60.0
SETTLE_SECONDS = 5.0
"""How long a finished Job waits for its pods' last words: the two are watched apart and may arrive in any order."""
SETTLE_RECHECK_SECONDS = 0.5


def decide(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    """What to do for this job now.

    Args:
        job: The parsed resource; its own status field is not looked at.
        status: The stored status.
        observed: Child, pods, progress and weights source.
        settings: What the administrator set.
        now: The time, aware.
    """
    if job.metadata.deletion_timestamp is not None or status.finished:
        return Decision(status=status)
    now = now.replace(microsecond=0)
    if observed.foreign_job or (observed.job is not None and observed.job.owner_uid != job.metadata.uid):
        return _conflict(job, status, now)
    if observed.job is not None and _about_to_end(job, observed, observed.job):
        return Decision(status=status)
    counted = account(status, observed, job.spec.resources.gpus, now)
    if observed.job is None:
        return _without_child(job, counted, observed, settings, now)
    return _with_child(job, counted, observed, observed.job, settings, now)


def decide_invalid(generation: int, problems: tuple[str, ...], status: TransferJobStatus, now: datetime) -> Decision:
    """A resource that cannot be parsed: Failed with what is wrong, and no child.

    One that has a child was readable to another version of the operator: it is left to run.
    """
    if status.finished or status.job_uid is not None:
        return Decision(status=status)
    outcome = Outcome(False, "InvalidSpec", "; ".join(problems) or "the resource cannot be parsed")
    settings = CoreSettings(trainer_image="")
    return concluded(
        status, with_outcome(status, outcome, settings, now.replace(microsecond=0)), outcome, generation, now
    )


def _conflict(job: TransferJob, status: TransferJobStatus, now: datetime) -> Decision:
    name = child_name(job.metadata.name)
    message = f"Job {name} exists in namespace {job.metadata.namespace} and belongs to somebody else"
    decision = described(job, status, Situation(status.phase or "Pending", "NameConflict", message), now, status)
    return replace(decision, requeue_after=CONFLICT_RECHECK_SECONDS)


def _without_child(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    if job.spec.run.suspend and queued(job):
        return described(job, status, suspended_by_user(), now, status)
    wanted = job.spec.backbone.weights_from
    weights = resolve_weights(wanted, observed.weights_source) if wanted else None
    if isinstance(weights, WeightsPending):
        return described(job, status, Situation("Pending", "WaitingForWeights", weights.message), now, status)
    if isinstance(weights, WeightsFailed):
        return _end(job, status, Outcome(False, "WeightsUnavailable", weights.message), settings, now, now)
    return _create(job, status, weights, settings, now)


def _create(
    job: TransferJob, status: TransferJobStatus, weights: ResolvedWeights | None, settings: CoreSettings, now: datetime
) -> Decision:
    size = len(encode_run_file(run_file(job, weights)).encode())
    if size > MAX_RUN_FILE_BYTES:
        message = f"spec must be at most {MAX_RUN_FILE_BYTES} bytes as a run file, got {size}; shorten dataset.classes"
        return _end(job, status, Outcome(False, "InvalidSpec", message), settings, now, now)
    # The child's first appearance brings the first status, with its UID: one write less.
    action = CreateJob(job_manifest(job, weights, settings))
    return Decision(status=status, actions=(action,), events=(action_event(action),))


def _with_child(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    named = status.model_copy(update={"job_name": child.name, "job_uid": child.uid})
    if child.finished:
        return _finished(job, named, observed, child, settings, now)
    if child.deletion_time is not None:
        leaving = (
            suspended_by_user()
            if job.spec.run.suspend
            else Situation("Restarting", "JobDeleted", "the Job is being deleted")
        )
        return described(job, named, leaving, now, status)
    if job.spec.run.suspend:
        action = _halt(child)
        return _acted(described(job, named, suspended_by_user(), now, status), action)
    decision = _running(job, named, observed, child, settings, now)
    if child.suspended and child.queue_name is None:
        return _acted(decision, SuspendJob(child.namespace, child.name, child.uid, suspend=False))
    return decision


def _about_to_end(job: TransferJob, observed: Observed, child: JobRecord) -> bool:
    return not child.finished and child.deletion_time is None and not job.spec.run.suspend and ends_the_job(observed)


def _halt(child: JobRecord) -> Action | None:
    if child.queue_name is not None:
        # Kueue would undo a suspension at once; deleting gives the quota back.
        return DeleteJob(child.namespace, child.name, child.uid)
    return None if child.suspended else SuspendJob(child.namespace, child.name, child.uid, suspend=True)


def _running(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    now_situation = situation(child, observed, status.attempts, now)
    plain = described(job, status, now_situation, now, status)
    reported = described(job, with_progress(status, observed.progress), now_situation, now, status)
    pod = _polled(observed)
    held = held_for(observed, settings.progress_write_seconds, now)
    if held and reported.status != plain.status and status.phase == plain.status.phase:
        return replace(plain, requeue_after=_sooner(now_situation.recheck_seconds, held), poll_progress=pod)
    return replace(reported, requeue_after=now_situation.recheck_seconds, poll_progress=pod)


def _polled(observed: Observed) -> PodRecord | None:
    pod = active_pod(observed.pods)
    if pod is None or pod.ip is None or pod.deletion_time is not None or not isinstance(pod.container, Running):
        return None
    return pod


def _finished(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    outcome = job_outcome(child, observed.pods)
    if outcome is None:
        return Decision(status=status)
    done = child.condition("Complete") or child.condition("Failed")
    ended = child.completion_time or (done and done.time) or now
    if not _settled(child, observed) and seconds_between(ended, now) < SETTLE_SECONDS:
        return Decision(status=status, requeue_after=SETTLE_RECHECK_SECONDS)
    return _end(job, status, outcome, settings, ended, now)


def _settled(child: JobRecord, observed: Observed) -> bool:
    """The pod that decided has been seen in its end."""
    wanted = "Succeeded" if child.condition("Complete") else "Failed"
    return active_pod(observed.pods) is None and any(pod.phase == wanted for pod in finished_pods(observed.pods))


def _end(
    job: TransferJob,
    status: TransferJobStatus,
    outcome: Outcome,
    settings: CoreSettings,
    ended: datetime,
    now: datetime,
) -> Decision:
    over = with_outcome(status, outcome, settings, ended)
    return concluded(status, with_display(over, job.spec), outcome, job.metadata.generation, now)


def _acted(decision: Decision, action: Action | None) -> Decision:
    if action is None:
        return decision
    return replace(decision, actions=(action,), events=(action_event(action), *decision.events))


def _sooner(first: float | None, second: float) -> float:
    return second if first is None else min(first, second)
