"""Which pictures are set aside to measure on while training, and which for the final figures."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .groups import GroupSplit


@dataclass(frozen=True, slots=True)
class Fractions:
    """Shares of each class that are not trained on; None: no picture of the dataset goes to that side."""

    validation: float | None
    test: float | None = None

    @property
    def least(self) -> int:
        """Pictures that a class needs: one for each side."""
        return 1 + (self.validation is not None) + (self.test is not None)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept to beside the shares."""

    groups: Mapping[str, str] = field(default_factory=dict)
    """Path to group: pictures of one group stay on one side."""
    sides: Mapping[str, int] = field(default_factory=dict)
    """Path to side of pictures that come from a dataset of their own: they stay there."""


FREE = Rules()


@dataclass(frozen=True, slots=True)
class Aside:
    """Paths of the pictures that are not trained on."""

    validation: frozenset[str]
    test: frozenset[str]

    def side(self, path: str) -> int:
        """TRAINING, VALIDATION or TEST."""
        return VALIDATION if path in self.validation else TEST if path in self.test else TRAINING


TRAINING, VALIDATION, TEST = 0, 1, 2


def set_aside(
    paths: Iterable[str], labels: Mapping[str, int], fractions: Fractions, seed: int, rules: Rules = FREE
) -> Aside:
    """Takes its share of each class for each side, at least one picture, and leaves at least one to train on.

    A function of seed and paths alone: the order of the listing does not matter, and asking for a test side moves
    no picture of the validation side.

    Raises:
        SplitImpossible: groups are in the way.
    """
    paths = list(paths)
    free = [path for path in paths if path not in rules.sides] if rules.sides else paths
    cut = _cut_groups if rules.groups else _cut
    validation, test = cut(free, labels, fractions, seed, rules)
    given = [path for path in paths if path in rules.sides] if rules.sides else []
    return Aside(
        frozenset([*validation, *(path for path in given if rules.sides[path] == VALIDATION)]),
        frozenset([*test, *(path for path in given if rules.sides[path] == TEST)]),
    )


def _cut(
    paths: list[str], labels: Mapping[str, int], fractions: Fractions, seed: int, _rules: Rules
) -> tuple[list[str], list[str]]:
    validation: list[str] = []
    test: list[str] = []
    for members in _by_class(paths, labels):
        ranked = sorted(members, key=lambda path: rank(seed, path))
        first = 0
        if fractions.validation is not None:
            first = _share(len(ranked), fractions.validation, fractions.least - 1)
            validation += ranked[:first]
        if fractions.test is not None:
            test += ranked[first : first + _share(len(ranked), fractions.test, first + 1)]
    return validation, test


def _cut_groups(
    paths: list[str], labels: Mapping[str, int], fractions: Fractions, seed: int, rules: Rules
) -> tuple[list[str], list[str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        # A picture without a group is a group of its own; the mark keeps it apart from a group of that name.
        members[rules.groups.get(path, f"\0{path}")].append(path)
    ranked = sorted(members, key=lambda group: rank(seed, group))
    split = GroupSplit({group: [labels[path] for path in members[group]] for group in ranked})
    sides = [
        split.take(fraction, name) if fraction is not None else []
        for name, fraction in (("validation", fractions.validation), ("test", fractions.test))
    ]
    validation, test = ([path for group in side for path in members[group]] for side in sides)
    return validation, test


def _by_class(paths: Iterable[str], labels: Mapping[str, int]) -> Iterable[list[str]]:
    by_class: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        by_class[labels[path]].append(path)
    return by_class.values()


def _share(count: int, fraction: float, kept: int) -> int:
    """The share in pictures, of which `kept` of the class are left for others."""
    return min(count - kept, max(1, round(count * fraction)))


def rank(seed: int, name: str) -> bytes:
    """Where a path or group comes in the order in which pictures are set aside."""
    return hashlib.sha256(f"{seed}\0{name}".encode(errors="surrogateescape")).digest()
