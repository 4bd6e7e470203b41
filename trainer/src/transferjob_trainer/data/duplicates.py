"""Pictures with the very same content: on two sides of a split they make figures better than they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..storage import Entry

Copies = tuple[tuple[str, ...], ...]
"""Paths of pictures with one content, for each content that is there more than once."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A picture to measure on that is trained on too, or one for the final figures that is measured on."""

    path: str
    copy: str
    """The first of its copies on a side before it."""


def find_copies(pictures: Iterable[Entry], tags: Mapping[str, str]) -> Copies:
    """Pictures of equal size and tag, in the order of their paths."""
    by_content: dict[tuple[int, str], list[str]] = defaultdict(list)
    for entry in pictures:
        by_content[entry.size, tags[entry.path]].append(entry.path)
    return tuple(tuple(paths) for paths in by_content.values() if len(paths) > 1)


def find_crossings(copies: Copies, side: Mapping[str, int]) -> tuple[Crossing, ...]:
    """Copies on different sides.

    Args:
        copies: as find_copies gives them.
        side: path to side, 0 for training; without pictures that are left out.
    """
    found: list[Crossing] = []
    for paths in copies:
        kept = sorted((path for path in paths if path in side), key=lambda path: (side[path], path))
        found += [Crossing(path, kept[0]) for path in kept if side[path] > side[kept[0]]]
    return tuple(sorted(found, key=lambda crossing: crossing.path))
