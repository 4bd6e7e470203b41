"""Reads values of objects that somebody else wrote: wrong types read as absent, control characters are taken out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]

_EMPTY: Object = {}
_KEPT = "\n\t"


def clean(text: str) -> str:
    """`text` without control characters, so that no object can steer the terminal."""
    return "".join(c for c in text if c in _KEPT or c.isprintable())


def part(source: Object, *path: str) -> Object:
    """The mapping at `path`, empty when there is none."""
    value = _at(source, path)
    return value if isinstance(value, Mapping) else _EMPTY


def text(source: Object, *path: str) -> str:
    """The string at `path`, empty when there is none."""
    value = _at(source, path)
    return clean(value) if isinstance(value, str) else ""


def number(source: Object, *path: str) -> float | None:
    """The finite number at `path`."""
    value = _at(source, path)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def integer(source: Object, *path: str) -> int | None:
    """The number at `path` as a whole number."""
    value = number(source, *path)
    return None if value is None else int(value)


def mappings(source: Object, *path: str) -> list[Object]:
    """The mappings in the list at `path`."""
    value = _at(source, path)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _at(source: Object, path: tuple[str, ...]) -> Any:
    value: Any = source
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
