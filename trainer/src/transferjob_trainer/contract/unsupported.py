"""The one list of what has no behaviour yet: operator, CLI, CRD and trainer refuse it by name, "not supported yet"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A field that is refused: whatever its value, or only some values."""

    path: str
    """Path below spec, in camelCase."""
    values: tuple[object, ...] | None = None
    """The values that are refused; None means every value."""


UNSUPPORTED: tuple[Unsupported, ...] = ()


def find_unsupported(spec: Mapping[str, Any]) -> list[str]:
    """Paths below spec, in camelCase, of what a plain document asks for and is not there yet; empty lists are fine."""
    return [entry.path for entry in UNSUPPORTED if _refused(entry, _value_at(spec, entry.path))]


def _value_at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _refused(entry: Unsupported, value: Any) -> bool:
    if value is None or value == () or value == []:
        return False
    if entry.values is None:
        return True
    return any(item in entry.values for item in (value if isinstance(value, list | tuple) else [value]))
