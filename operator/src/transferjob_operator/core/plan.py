"""One pass: what is known of a job in, a decision out. Pure: equal arguments give equal decisions.

Shapes of a pass, in the order of the checks:

    pods on lost nodes         reported as failed, in every state; the rest sees them so
    deleted                    nothing; owner references remove the child
    over                       a child that still runs is deleted; the job itself, once its time to live is over
    a stranger has the name    NameConflict, not touched, looked at again
    a limit is passed          outcome to status, then the child deleted (order of the limits: limits.py)
    child over                 outcome to status
    trainer over, pod not      held by a container beside it: outcome to status, then the child or the pod deleted
    run.suspend                child suspended; under Kueue deleted, so that its quota is free
    no child                   made, once weightsFrom is known
    child there                resumed where it should run; phase, attempts, progress and stalls to status
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..api.status import TransferJobStatus
from ..api.transfer_job import TransferJob
from .accounting import account
from .decision import (
    Action,
    ChildAction,
    CreateJob,
    CreateService,
    Decision,
    DeleteJob,
    DeletePod,
    DeleteTransferJob,
    EventValue,
    ReleasePod,
    SuspendJob,
)
from .diagnosis.diagnose import diagnose
from .diagnosis.lingering import LINGER_SECONDS
from .ending import about_to_end, end, finished
from .events import action_event
from .finish import with_outcome
from .job_template import job_manifest, queued
from .last_log import quoting
from .limits import limits
from .naming import child_name
from .observed import Observed
from .outcome import Outcome
from .phase import Situation, suspended_by_user
from .policies.after_end import after_end
from .policies.lost_node import lost_recheck, without_lost_pods
from .policies.retries import retries_left
from .records import JobRecord
from .run_file import MAX_RUN_FILE_BYTES, encode_run_file, run_file
from .running import running, sooner
from .service import service_manifest, service_name
from .settings import CoreSettings
from .sidecar import held_by_sidecar, let_go
from .verdict import concluded, described
from .weights import ResolvedWeights, WeightsFailed, WeightsPending, resolve_weights
from .workers import by_worker, gathers

__all__ = [
    "Action",
    "CreateJob",
    "CreateService",
    "Decision",
    "DeleteJob",
    "DeletePod",
    "DeleteTransferJob",
    "EventValue",
    "ReleasePod",
    "SuspendJob",
    "decide",
    "decide_invalid",
]

CONFLICT_RECHECK_SECONDS = 60.0


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
    now = now.replace(microsecond=0)
    observed, released = without_lost_pods(observed, settings.node_lost_seconds, now)
    apart = by_worker(observed)
    decision = quoting(_decide(job, status, apart, settings, now), status, apart, settings)
    recheck = sooner(decision.requeue_after, lost_recheck(observed, settings.node_lost_seconds, now))
    # Before the child goes: it is the Job controller's look at the pod that frees it.
    return replace(decision, actions=(*released, *decision.actions), requeue_after=recheck)


def _decide(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    child, name = observed.job, job.metadata.name
    if job.metadata.deletion_timestamp is not None:
        return Decision(status=status)
    if status.finished:
        return after_end(job, status, child, now)
    if observed.foreign_job or (child is not None and child.owner_uid != job.metadata.uid):
        # Whatever ran before has lost its Job: the stranger's pods are none of ours.
        return _conflict(job, account(job, status, Observed(), now), status, f"Job {child_name(name)}", now)
    if child is not None and about_to_end(job, observed, child, now):
        return Decision(status=status, requeue_after=LINGER_SECONDS)
    if child is not None and (left := _gathering(job, observed, child, now)):
        return Decision(status=status, requeue_after=left)
    counted = account(job, status, observed, now)
    if child is not None and child.finished:
        decision = finished(job, _named(counted, child), observed, child, settings, now)
        return decision if decision.status.finished else replace(decision, status=status)
    held, ruling = held_by_sidecar(observed, now), limits(job, counted, observed, now)
    if outcome := (held and held.outcome) or ruling.outcome:
        return end(job, _named(counted, child), outcome, settings, now, now, child=child)
    if held is not None:
        return let_go(job, _named(counted, child), observed, held.pod, now)
    decision = (
        _without_child(job, counted, observed, settings, now)
        if child is None
        else _with_child(job, counted, observed, child, settings, now)
    )
    if decision.status.finished:
        return decision
    if any(isinstance(action, CreateJob) for action in decision.actions):
        # The child's first appearance brings the next status, with its UID: one write less.
        decision = replace(decision, status=status)
    return replace(decision, requeue_after=sooner(decision.requeue_after, ruling.recheck_seconds))


def _gathering(job: TransferJob, observed: Observed, child: JobRecord, now: datetime) -> float:
    """Seconds for which a group of workers that comes up one after another is left to do so untold."""
    leaves = child.finished or child.suspended or child.deletion_time is not None or job.spec.run.suspend
    return 0.0 if leaves else gathers(observed, now)


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


def _conflict(
    job: TransferJob, status: TransferJobStatus, before: TransferJobStatus, what: str, now: datetime
) -> Decision:
    message = f"{what} exists in namespace {job.metadata.namespace} and belongs to somebody else"
    here = Situation("Restarting" if status.attempts else "Pending", "NameConflict", message)
    decision = described(job, status, here, now, before)
    return replace(decision, requeue_after=CONFLICT_RECHECK_SECONDS)


def _without_child(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    if job.spec.run.suspend and queued(job):
        return described(job, status, suspended_by_user(), now, status)
    wanted = job.spec.backbone.weights_from
    weights = resolve_weights(job.spec.backbone, wanted, observed.weights_source) if wanted else None
    if isinstance(weights, WeightsPending):
        return described(job, status, Situation("Pending", "WaitingForWeights", weights.message), now, status)
    if isinstance(weights, WeightsFailed):
        return end(job, status, Outcome(False, "WeightsUnavailable", weights.message), settings, now, now)
    refused = diagnose(observed, now)
    if refused is not None:
        here = Situation("Restarting" if status.attempts else "Pending", refused.reason, refused.sentence)
        return described(job, status, here, now, status)
    if observed.foreign_service:
        return _conflict(job, status, status, f"Service {service_name(job.metadata.name)}", now)
    return _create(job, status, weights, settings, now)


def _create(
    job: TransferJob, status: TransferJobStatus, weights: ResolvedWeights | None, settings: CoreSettings, now: datetime
) -> Decision:
    size = len(encode_run_file(run_file(job, weights)).encode())
    if size > MAX_RUN_FILE_BYTES:
        message = f"spec must be at most {MAX_RUN_FILE_BYTES} bytes as a run file, got {size}; shorten dataset.classes"
        return end(job, status, Outcome(False, "InvalidSpec", message), settings, now, now)
    manifest = job_manifest(job, weights, settings, retries_left(job.spec.run.retries, status.budget))
    action = CreateJob(manifest)
    first = (CreateService(service_manifest(job)),) if job.spec.workers > 1 else ()
    return Decision(status=status, actions=(*first, action), events=(action_event(action),))


def _named(status: TransferJobStatus, child: JobRecord | None) -> TransferJobStatus:
    if child is None:
        return status
    return status.model_copy(update={"job_name": child.name, "job_uid": child.uid})


def _with_child(
    job: TransferJob,
    status: TransferJobStatus,
    observed: Observed,
    child: JobRecord,
    settings: CoreSettings,
    now: datetime,
) -> Decision:
    named = _named(status, child)
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
    decision = running(job, named, observed, child, settings, now)
    if child.suspended and child.queue_name is None:
        return _acted(decision, _suspension(child, suspend=False))
    return decision


def _halt(child: JobRecord) -> ChildAction | None:
    if child.queue_name is not None:
        # Kueue would undo a suspension at once; deleting gives the quota back. The version guards against an old view
        # of a Job that has finished since: how it ended would be lost, and a fault of the user's tried again.
        return DeleteJob(child.namespace, child.name, child.uid, child.resource_version)
    return None if child.suspended else _suspension(child, suspend=True)


def _suspension(child: JobRecord, *, suspend: bool) -> SuspendJob:
    return SuspendJob(child.namespace, child.name, child.uid, suspend, child.resource_version)


def _acted(decision: Decision, action: ChildAction | None) -> Decision:
    if action is None:
        return decision
    return replace(decision, actions=(*decision.actions, action), events=(action_event(action), *decision.events))
