"""What a rule is: a condition across fields that both the API server (as CEL) and this program (in Python) check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic.alias_generators import to_snake

from .problems import Problem, join_path, shown


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    at: str
    """The object or string that it is about, below spec: training.phases[] is each entry of a list, "" the spec."""
    cel: str
    """Holds for `self`, the value at `at`."""
    message: str
    """What must be; the field's name is put in front of it."""
    message_cel: str = ""
    """CEL for the message where it depends on the value; the API server falls back on `message`."""
    field: str = ""
    """Field below `at` that is to blame; it gets the message."""
    broken: Callable[[Any], bool] | None = None
    """The same for the parsed value. None where the contract's own models check it while they parse."""
    sentence: Callable[[Any], str] | None = None
    """The message for the parsed value that breaks the rule; None where it is always `message`."""
    shows_value: bool = False
    """Whether the sentence may repeat the value; never for what may hold a secret."""


def problem_with(rule: Rule, path: tuple[str | int, ...], value: Any) -> Problem | None:
    """The problem with a value at `path` below spec, where it breaks the rule."""
    if rule.broken is None or not rule.broken(value):
        return None
    sentence = rule.sentence(value) if rule.sentence else rule.message
    return Problem(join_path(("spec", *path, *_parts(rule.field))), sentence + _got(rule, value))


def values_at(value: Any, at: str) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Paths and values that `at` stands for; none where an optional part is absent."""
    return _walk(value, _steps(at), ())


def _walk(
    value: Any, steps: tuple[_Step, ...], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if value is None:
        return
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    inner = getattr(value, step.attribute)
    if not step.is_list:
        yield from _walk(inner, rest, (*path, step.name))
        return
    for number, entry in enumerate(inner or ()):
        yield from _walk(entry, rest, (*path, step.name, number))


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    attribute: str
    is_list: bool


@cache
def _steps(at: str) -> tuple[_Step, ...]:
    names = [(part.removesuffix("[]"), part.endswith("[]")) for part in _parts(at)]
    return tuple(_Step(name, to_snake(name), is_list) for name, is_list in names)


def _parts(field: str) -> list[str]:
    return [part for part in field.split(".") if part]


def _got(rule: Rule, value: Any) -> str:
    if not rule.shows_value:
        return ""
    for part in _parts(rule.field):
        value = getattr(value, to_snake(part))
    return f", got {shown(value)}"
