"""The pass over a job with its profile: the defaults below its spec go in, the profile that it took up comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..api.status import ProfileStatus, TransferJobStatus
from ..api.transfer_job import TransferJob
from .accounting import account
from .decision import Action, CreateJob, Decision
from .diagnosis.diagnosis import found
from .ending import end
from .limits import limits
from .observed import Observed
from .outcome import Outcome
from .phase import Situation
from .plan import decide
from .policies.allowed import not_allowed
from .profiles import chosen_profile, marked, profile_of, with_defaults
from .running import sooner
from .settings import CoreSettings
from .verdict import described

UNKNOWN_RECHECK_SECONDS = 30.0
"""No watch tells of a profile that is added."""


def decide_with_profile(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    """What to do for this job now, as `decide` says it of the job with its profile's defaults.

    Args:
        job: The resource as it is applied; its own status field is not looked at.
        status: The stored status.
        observed: The world around it.
        settings: What the administrator set, the profiles of this moment with it.
        now: The time, aware.
    """
    # A job that is over, leaves, or runs needs no profile any more; one that has begun is not refused any more.
    is_new = observed.job is None and not status.finished and job.metadata.deletion_timestamp is None
    if is_new and status.job_uid is None and (refused := not_allowed(job.spec, settings.allowed)):
        return _ended(job, status, Outcome(False, "NotAllowed", "; ".join(refused)), settings, now)
    profile = chosen_profile(job, (status.profile, profile_of(observed.job)), settings.profiles)
    if profile is None and is_new and job.spec.profile is not None:
        return _unknown(job, status, observed, settings, now)
    whole, problems = with_defaults(job, profile)
    if problems and is_new:
        return _ended(job, status, Outcome(False, "InvalidSpec", "; ".join(map(str, problems))), settings, now)
    decision = decide(whole, status, observed, settings, now)
    return decision if profile is None else _told(decision, profile)


def _unknown(
    job: TransferJob, status: TransferJobStatus, observed: Observed, settings: CoreSettings, now: datetime
) -> Decision:
    now = now.replace(microsecond=0)
    counted = account(job, status, observed, now)
    ruling = limits(job, counted, observed, now)
    if ruling.outcome is not None:
        return end(job, counted, ruling.outcome, settings, now, now)
    names = ", ".join(sorted(settings.profiles)) or "none"
    told = found("UnknownProfile", profile=job.spec.profile, names=names)
    decision = described(job, counted, Situation("Pending", told.reason, told.sentence), now, status)
    return replace(decision, requeue_after=sooner(UNKNOWN_RECHECK_SECONDS, ruling.recheck_seconds))


def _ended(
    job: TransferJob, status: TransferJobStatus, outcome: Outcome, settings: CoreSettings, now: datetime
) -> Decision:
    return end(job, status, outcome, settings, now.replace(microsecond=0), now.replace(microsecond=0))


def _told(decision: Decision, profile: ProfileStatus) -> Decision:
    actions = tuple(_marked(action, profile) for action in decision.actions)
    if decision.status.job_uid is None or decision.status.profile == profile:
        return replace(decision, actions=actions)
    return replace(decision, actions=actions, status=decision.status.model_copy(update={"profile": profile}))


def _marked(action: Action, profile: ProfileStatus) -> Action:
    return CreateJob(marked(dict(action.manifest), profile)) if isinstance(action, CreateJob) else action
