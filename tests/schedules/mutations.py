"""Faults that the operator could have, each one function changed: what random schedules must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from hypothesis import Phase

from tests.schedules.play import play
from tests.schedules.step import TALLY
from transferjob_operator.core import accounting, limits, plan, running
from transferjob_operator.core.policies import after_end
from transferjob_operator.core.policies.ruling import NO_RULING
from transferjob_operator.core.verdict import described

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault, and the function that has it."""

    fault: str
    module: ModuleType
    function: str
    change: Callable[[Function], Function]
    """From the right function to the wrong one."""

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The operator has this fault for a while."""
        right = getattr(self.module, self.function)
        setattr(self.module, self.function, self.change(right))
        try:
            yield
        finally:
            setattr(self.module, self.function, right)


@dataclass(frozen=True, slots=True)
class Notice:
    """What noticed a fault, after so many schedules that noticed nothing."""

    words: str
    schedules: int


def notice(mutation: Mutation, schedules: int, number: int = 1) -> Notice | None:
    """Makes schedules of one seed against an operator with the fault. None where nothing objects."""
    try:
        with mutation.applied():
            play(number, schedules, Phase.generate)
    except AssertionError as objection:
        return Notice(str(objection).partition("\n")[0], TALLY["schedules"])
    return None


def _never(answer: Any) -> Callable[[Function], Function]:
    return lambda _right: lambda *_given, **_named: answer


def _never_resumed(right: Function) -> Function:
    return lambda child, *, suspend: right(child, suspend=True) if suspend else None


def _counted_at_each_pass(right: Function) -> Function:
    """The end of the attempt is told again whenever its pod is seen."""

    def ended(status: Any, pod: Any, peers: Any, gpus: int, now: Any) -> Any:
        if pod.finished and status.budget is not None and status.budget.held_since is None:
            status = status.model_copy(update={"budget": status.budget.model_copy(update={"held_since": now})})
        return right(status, pod, peers, gpus, now)

    return ended


def _stall_forgotten(right: Function) -> Function:
    """The pod that stands still goes, and its restart is not in the budget."""

    def stalled(job: Any, status: Any, here: Any, stood: Any, now: Any) -> Any:
        return replace(right(job, status, here, stood, now), status=described(job, status, here, now, status).status)

    return stalled


MUTATIONS = (
    Mutation("budget not carried over", plan, "retries_left", lambda _right: lambda retries, _budget: retries),
    Mutation("never resumed after a suspension", plan, "_suspension", _never_resumed),
    Mutation("never suspended", plan, "_halt", _never(None)),
    Mutation("no start timeout", limits, "_start_timeout", _never(NO_RULING)),
    Mutation("leftovers not deleted", after_end, "leftovers", _never(())),
    Mutation("time to live is over at once", after_end, "ttl_left", lambda _right: lambda ttl, *_times: ttl and 0.0),
    Mutation("an attempt's end counted at each pass", accounting, "_ended", _counted_at_each_pass),
    Mutation("free restarts without end", limits, "going_in_circles", _never(NO_RULING)),
    Mutation("a stall's restart not in the budget", running, "_stalled", _stall_forgotten),
    Mutation("a pod is an attempt again and again", accounting, "new_attempts", lambda _right: lambda pods, *_: pods),
)
