"""Classes whose names people would take for one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def alike(classes: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of names that differ by case, by blanks or by how an accent is encoded alone."""
    groups: dict[str, list[str]] = {}
    for name in classes:
        groups.setdefault(_folded(name), []).append(name)
    return tuple(tuple(names) for names in groups.values() if len(names) > 1)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()
