"""What a rule is: a condition across fields that both the API server (as CEL) and this program (in Python) check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from .problems import Problem, join_path, shown

_LIST = re.compile(r"\[\]$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    at: str
    """The object or string that it is about, below spec: training.phases[] is each entry of a list, "" the spec."""
    cel: str
    """Holds for `self`, the value at `at`."""
    message: str
    """What must be; the field's name is put in front of it."""
    field: str = ""
    """Field below `at` that is to blame; it gets the message."""
    broken: Callable[[Any], bool] | None = None
    """The same for the parsed value. None where the contract's own models check it while they parse."""
    shows_value: bool = False
    """Whether the sentence may repeat the value; never for what may hold a secret."""


def problems_with(rule: Rule, spec: BaseModel) -> Iterator[Problem]:
    """The places where a spec breaks the rule."""
    if rule.broken is None:
        return
    for path, value in values_at(spec, rule.at):
        if rule.broken(value):
            yield Problem(join_path(("spec", *path, *_parts(rule.field))), rule.message + _got(rule, value))


def values_at(value: Any, at: str) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Paths and values that `at` stands for; none where an optional part is absent."""
    if value is None:
        return
    head, _, rest = at.partition(".")
    if not head:
        yield (), value
        return
    name = _LIST.sub("", head)
    inner = getattr(value, to_snake(name))
    entries = [((name,), inner)] if name == head else [((name, i), entry) for i, entry in enumerate(inner or ())]
    for path, entry in entries:
        for deeper, found in values_at(entry, rest):
            yield (*path, *deeper), found


def _parts(field: str) -> list[str]:
    return [part for part in field.split(".") if part]


def _got(rule: Rule, value: Any) -> str:
    if not rule.shows_value:
        return ""
    for part in _parts(rule.field):
        value = getattr(value, to_snake(part))
    return f", got {shown(value)}"
