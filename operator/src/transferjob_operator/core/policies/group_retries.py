"""run.retries for several workers.

The Job controller counts failures of each index apart, so that a fault that strikes all of them at once costs one
retry. Faults of one worker after the other are therefore counted here, by attempts of the whole group.
"""

from __future__ import annotations

from dataclasses import replace

from ...api.status import BudgetStatus
from ..outcome import pod_failure
from ..records import PodRecord
from .ruling import NO_RULING, Ruling


def retries_used_up(workers: int, retries: int, budget: BudgetStatus, last: PodRecord | None) -> Ruling:
    """The end of a job whose group of workers has failed more than `retries` times.

    Args:
        workers: Of the job; for one the Job controller counts alone.
        retries: run.retries.
        budget: With the last attempt tallied.
        last: What brought the last attempt to its end.
    """
    if workers == 1 or last is None or budget.failures + budget.stall_restarts <= retries:
        return NO_RULING
    told = pod_failure(last)
    which = f"worker {last.index} of {workers} ended the last attempt, and run.retries is {retries}"
    return Ruling(replace(told, message=f"{told.message}; {which}"))
