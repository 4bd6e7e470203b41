"""Which pictures are set aside to measure on while training, and which for the final figures."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fractions:
    """Shares of each class that are not trained on."""

    validation: float
    test: float | None = None

    @property
    def least(self) -> int:
        """Pictures that a class needs: one for each side."""
        return 2 if self.test is None else 3


@dataclass(frozen=True, slots=True)
class Aside:
    """Paths of the pictures that are not trained on."""

    validation: frozenset[str]
    test: frozenset[str]

    def side(self, path: str) -> int:
        """0 for training, 1 for validation, 2 for test."""
        return 1 if path in self.validation else 2 if path in self.test else 0


def set_aside(paths: Iterable[str], labels: Mapping[str, int], fractions: Fractions, seed: int) -> Aside:
    """Takes its share of each class for each side, at least one picture, and leaves at least one to train on.

    A function of seed and paths alone: the order of the listing does not matter, and asking for a test side moves
    no picture of the validation side.
    """
    validation: list[str] = []
    test: list[str] = []
    for members in _by_class(paths, labels):
        ranked = sorted(members, key=lambda path: _rank(seed, path))
        kept = fractions.least - 1
        first = _share(len(ranked), fractions.validation, kept)
        validation += ranked[:first]
        if fractions.test is not None:
            test += ranked[first : first + _share(len(ranked), fractions.test, first + 1)]
    return Aside(frozenset(validation), frozenset(test))


def _by_class(paths: Iterable[str], labels: Mapping[str, int]) -> Iterable[list[str]]:
    by_class: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        by_class[labels[path]].append(path)
    return by_class.values()


def _share(count: int, fraction: float, kept: int) -> int:
    """The share in pictures, of which `kept` of the class are left for others."""
    return min(count - kept, max(1, round(count * fraction)))


def _rank(seed: int, path: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{path}".encode(errors="surrogateescape")).digest()
