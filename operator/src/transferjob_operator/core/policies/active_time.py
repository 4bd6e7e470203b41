"""The time that a job was not suspended, and run.activeDeadlineSeconds.

A stretch begins when the child may run and ends when it is suspended, by the user or by Kueue. Both ends are taken from
the Job's own condition where it tells them, so that an operator that was away meanwhile counts the same.
"""

from __future__ import annotations

from datetime import datetime

from ...api.status import BudgetStatus
from ..records import ConditionRecord, JobRecord
from ..times import seconds_between
from .ruling import NO_RULING, Ruling, ended

DEADLINE_EXCEEDED = "DeadlineExceeded"


def with_active_time(budget: BudgetStatus, child: JobRecord | None, *, suspended: bool, now: datetime) -> BudgetStatus:
    """The budget with its running stretch begun or ended.

    Args:
        budget: As stored.
        child: The child; without one a stretch goes on as it was.
        suspended: spec.run.suspend.
        now: The time.
    """
    if suspended or (child is not None and child.suspended):
        return stopped(budget, _suspended_at(child, now))
    if child is None or budget.active_since is not None or child.deletion_time is not None:
        return budget
    return budget.model_copy(update={"active_since": _resumed_at(child, now)})


def stopped(budget: BudgetStatus, end: datetime) -> BudgetStatus:
    """The budget with its running stretch ended at this time."""
    if budget.active_since is None:
        return budget
    return budget.model_copy(update={"active_since": None, "active_seconds": active_seconds(budget, end)})


def active_seconds(budget: BudgetStatus, now: datetime) -> float:
    """Seconds in which the job was not suspended, up to now."""
    running = seconds_between(budget.active_since, now) if budget.active_since else 0.0
    return budget.active_seconds + running


def active_deadline(limit: int | None, budget: BudgetStatus, now: datetime) -> Ruling:
    """run.activeDeadlineSeconds: DeadlineExceeded once the active time reaches it; suspended, it never does."""
    if limit is None or budget.active_since is None:
        return NO_RULING
    used = active_seconds(budget, now)
    if used < limit:
        return Ruling(recheck_seconds=limit - used)
    return Ruling(
        ended(DEADLINE_EXCEEDED, f"the job was active for {used:.0f} s, and run.activeDeadlineSeconds is {limit}")
    )


def _suspended_at(child: JobRecord | None, now: datetime) -> datetime:
    told = _suspension(child)
    return told.time if child and child.suspended and told and told.true and told.time else now


def _resumed_at(child: JobRecord, now: datetime) -> datetime:
    told = _suspension(child)
    if told is None:
        return min(child.start_time or now, now)
    # Still true: the Job controller has not seen the resumption yet, and its start time is the last stretch's.
    return now if told.true else min(told.time or now, now)


def _suspension(child: JobRecord | None) -> ConditionRecord | None:
    return next((item for item in child.conditions if item.type == "Suspended"), None) if child else None
