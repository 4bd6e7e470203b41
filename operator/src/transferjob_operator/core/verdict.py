"""Status and events of a pass: the situation or the outcome put into words that clients read."""

from __future__ import annotations

from datetime import datetime

from ..api.status import TransferJobStatus
from ..api.transfer_job import TransferJob
from .conditions import Claims, merge_conditions
from .decision import Decision, EventValue
from .display import with_display
from .events import phase_event, reason_event
from .outcome import Outcome
from .phase import Situation, outcome_claims


def described(
    job: TransferJob, status: TransferJobStatus, here: Situation, now: datetime, before: TransferJobStatus
) -> Decision:
    """The decision that says where the job stands. `before` is the status that events are told against."""
    placed = status.model_copy(update={"phase": here.phase, "start_time": status.start_time or now})
    after = _stated(with_display(placed, job.spec), here.claims, job.metadata.generation, now)
    # One change, one Event: a new phase is told with its reason.
    phase = phase_event(before.phase, here.phase, here.reason, here.message)
    event = phase or reason_event(_running_reason(before), here.reason, here.message)
    return Decision(status=after, events=_present(event))


def concluded(
    before: TransferJobStatus, over: TransferJobStatus, outcome: Outcome, generation: int, now: datetime
) -> Decision:
    """The last decision of a job."""
    event = phase_event(before.phase, "Succeeded" if outcome.succeeded else "Failed", outcome.reason, outcome.message)
    return Decision(status=_stated(over, outcome_claims(outcome), generation, now), events=_present(event))


def _stated(status: TransferJobStatus, claims: Claims, generation: int, now: datetime) -> TransferJobStatus:
    conditions = merge_conditions(status.conditions or (), claims, generation, now)
    return status.model_copy(update={"observed_generation": generation, "conditions": conditions})


def _running_reason(status: TransferJobStatus) -> str | None:
    return next((condition.reason for condition in status.conditions or () if condition.type == "Running"), None)


def _present(event: EventValue | None) -> tuple[EventValue, ...]:
    return (event,) if event else ()
