"""Single passes over the job of tests.support.builders, at a number of seconds after its creation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.support.builders import T0, make_child, make_condition, make_job
from transferjob_operator.api.status import BudgetStatus, TransferJobStatus
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import Decision, decide
from transferjob_operator.core.records import JobRecord
from transferjob_operator.core.settings import CoreSettings

SETTINGS = CoreSettings(trainer_image="trainer:1", node_lost_seconds=300)
NEW = TransferJobStatus()


def at(seconds: float) -> datetime:
    """That many seconds after the job's creation."""
    return T0 + timedelta(seconds=seconds)


def look(seconds: float, observed: Observed, status: TransferJobStatus = NEW, **run: Any) -> Decision:
    """One pass; keyword arguments are fields of spec.run, in camelCase."""
    return decide(make_job(run=run), status, observed, SETTINGS, at(seconds))


def budget(status: TransferJobStatus) -> BudgetStatus:
    """The budget of a status that has one."""
    assert status.budget is not None
    return status.budget


def reason(decision: Decision) -> str | None:
    """Why the job failed; None where it has not."""
    return decision.status.failure.reason if decision.status.failure else None


def suspended_child(since: float, **changes: Any) -> JobRecord:
    """A child that the Job controller has suspended."""
    told = make_condition("Suspended", time=at(since))
    return make_child(suspended=True, start_time=None, conditions=(told,), **changes)


def resumed_child(since: float, **changes: Any) -> JobRecord:
    """A child that goes on after a suspension."""
    told = make_condition("Suspended", true=False, time=at(since))
    return make_child(start_time=at(since), conditions=(told,), **changes)
