"""A step of a schedule: a rule whose uses are counted, and that is left out where it would do nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from hypothesis.stateful import precondition, rule

Step = TypeVar("Step", bound=Callable[..., None])
TALLY: Counter[str] = Counter()
"""What the schedules of this process have done: rules by name, faults by kind, and `schedules`."""


def step(when: Callable[[Any], Any] = lambda _life: True, /, **arguments: Any) -> Callable[[Step], Step]:
    """A rule whose uses are counted, and which is left out where it would do nothing.

    Args:
        when: what must hold of the schedule so far.
        arguments: the strategies of the rule.
    """

    def decorate(action: Step) -> Step:
        @wraps(action)
        def used(self: Any, **chosen: Any) -> None:
            TALLY["steps"] += 1
            TALLY[f"rule: {action.__name__}"] += 1
            action(self, **chosen)

        as_rule: Any = rule(target=None, **arguments)
        return cast(Step, precondition(when)(as_rule(used)))

    return decorate
