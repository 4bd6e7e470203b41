"""Two plain JSON maps in one: an administrator's defaults below what a job says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_REPLACED = ("affinity",)
"""Maps whose entries are taken whole: the terms of two affinities, put together, would mean something else."""


def merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Both maps in one: maps are merged, lists appended, and of all else what is given wins."""
    both = dict(defaults)
    for name, value in given.items():
        both[name] = _both(name, defaults.get(name), value)
    return both


def _both(name: str, default: Any, value: Any) -> Any:
    if isinstance(default, Mapping) and isinstance(value, Mapping):
        return {**default, **value} if name in _REPLACED else merged(default, value)
    if isinstance(default, Sequence) and isinstance(value, Sequence) and not isinstance(value, str):
        return [*(entry for entry in default if not _is_replaced(entry, value)), *value]
    return value


def _is_replaced(entry: Any, given: Sequence[Any]) -> bool:
    """The same entry is given, or another one under its name, as variables and volumes have one."""
    names = {other.get("name") for other in given if isinstance(other, Mapping)} - {None}
    return entry in given or (isinstance(entry, Mapping) and entry.get("name") in names)
