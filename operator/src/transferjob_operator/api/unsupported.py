"""Fields that have no behaviour yet, refused by name: problems, rules and descriptions come from one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .problems import Problem, shown
from .rule import Rule
from .schema import Schema, node_at


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A field that is refused, whole or beyond a limit."""

    path: str
    """Field below spec."""
    above: int | None = None
    """Values up to this one are fine."""
    value: bool | None = None
    """Only this value is refused."""

    @property
    def cel(self) -> str:
        """Holds for the object around the field where the field is fine."""
        field = self.path.rpartition(".")[2]
        absent = f"!has(self.{field})"
        if self.above is not None:
            return f"{absent} || self.{field} <= {self.above}"
        return absent if self.value is None else f"{absent} || self.{field} != {str(self.value).lower()}"

    @property
    def message(self) -> str:
        """What the refusal says."""
        if self.above is not None:
            return f"more than {self.above} is not supported yet"
        return "not supported yet"

    def refuses(self, value: Any) -> bool:
        """Whether this value of the field is refused."""
        if self.above is not None:
            return isinstance(value, int) and value > self.above
        return value is not None if self.value is None else value is self.value


UNSUPPORTED = (
    Unsupported("advise", value=True),
    Unsupported("workers", above=1),
    Unsupported("profile"),
    Unsupported("resources.gpus", above=1),
    Unsupported("run.queueTimeoutSeconds"),
    Unsupported("run.startTimeoutSeconds"),
    Unsupported("run.stallTimeoutSeconds"),
    Unsupported("run.activeDeadlineSeconds"),
    Unsupported("run.ttlSecondsAfterFinished"),
    Unsupported("pod.volumes"),
)


def unsupported_problems(spec: Any) -> list[Problem]:
    """The fields of a raw spec that are refused."""
    found = ((entry, _value_at(spec, entry.path)) for entry in UNSUPPORTED)
    return [_problem(entry, value) for entry, value in found if entry.refuses(value)]


def unsupported_rules() -> Iterator[Rule]:
    """One rule for each entry of the list."""
    for entry in UNSUPPORTED:
        parent, _, field = entry.path.rpartition(".")
        yield Rule(parent, entry.cel, entry.message, field=field)


def describe_unsupported(spec: Schema) -> None:
    """Says it in the descriptions too."""
    for entry in UNSUPPORTED:
        node = node_at(spec, entry.path)
        node["description"] += f" {entry.message[:1].upper()}{entry.message[1:]}."


def _problem(entry: Unsupported, value: Any) -> Problem:
    got = "" if entry.above is None else f", got {shown(value)}"
    return Problem(f"spec.{entry.path}", entry.message + got)


def _value_at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
