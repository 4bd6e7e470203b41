"""Events: what is worth telling of the step from one status to the next."""

from __future__ import annotations

from typing import Literal

from .decision import ChildAction, CreateJob, DeleteJob, EventValue, SuspendJob
from .diagnosis.table import find_row

MAX_EVENT_MESSAGE = 1024
_TOLD_PHASES = {
    "Running": ("Normal", "Running"),
    "Restarting": ("Warning", "Restarting"),
    "Suspended": ("Normal", "Suspended"),
    "Succeeded": ("Normal", "Succeeded"),
    "Failed": ("Warning", "Failed"),
}


def action_event(action: ChildAction) -> EventValue:
    """The event of a write to the child."""
    if isinstance(action, CreateJob):
        return EventValue("Normal", "JobCreated", f"created Job {action.manifest['metadata']['name']}", "Create")
    if isinstance(action, DeleteJob):
        return EventValue("Normal", "JobDeleted", f"deleted Job {action.name} to give its quota back", "Delete")
    return _suspend_event(action)


def phase_event(before: str | None, after: str, reason: str, message: str) -> EventValue | None:
    """The event of a new phase; None where the phase stayed or is not worth telling."""
    if before == after or after not in _TOLD_PHASES:
        return None
    kind, name = _TOLD_PHASES[after]
    # Succeeded is the reason's name as well as the Event's.
    text = ": ".join(word for word in (reason if reason != name else "", message) if word) or reason
    return EventValue("Warning" if kind == "Warning" else "Normal", name, text[:MAX_EVENT_MESSAGE], "Observe")


def reason_event(before: str | None, reason: str, message: str) -> EventValue | None:
    """The event of a new trouble, or of waiting for another job; None where it was told before or nothing is wrong."""
    row = find_row(reason)
    if before == reason or not (row or reason == "WaitingForWeights") or reason == "PodStarting":
        return None
    kind: Literal["Normal", "Warning"] = "Warning" if row and not row.normal else "Normal"
    return EventValue(kind, reason, message[:MAX_EVENT_MESSAGE], "Wait")


def _suspend_event(action: SuspendJob) -> EventValue:
    if action.suspend:
        return EventValue("Normal", "JobSuspended", f"suspended Job {action.name}", "Suspend")
    return EventValue("Normal", "JobResumed", f"resumed Job {action.name}", "Resume")
