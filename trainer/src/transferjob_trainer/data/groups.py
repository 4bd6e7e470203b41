"""Cutting a dataset between groups, so that each class has its share on each side as nearly as the groups allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence


class SplitImpossible(Exception):
    """Groups leave a class without pictures on a side; the text says which."""

    def __init__(self, label: int, side: str, groups: int) -> None:
        super().__init__(f"class {label} has pictures of {groups} groups, too few for {side}")
        self.label, self.side, self.groups = label, side, groups


class GroupSplit:
    """Gives whole groups to sides."""

    def __init__(self, groups: Mapping[str, Sequence[int]]) -> None:
        """Group to the labels of its pictures, in the order in which groups are considered."""
        self._counts = {group: Counter(labels) for group, labels in groups.items()}
        self._all = sum(self._counts.values(), Counter[int]())
        self._left = Counter(self._all)
        self._free = dict(self._counts)

    def take(self, fraction: float, side: str) -> list[str]:
        """Groups for a side: first those that bring more of what is wanted than of what is not, then the smallest one
        of each class that is still missing. What is left always holds a picture of each class.

        Args:
            fraction: share of each class.
            side: its name, for the sentence.

        Raises:
            SplitImpossible: a class cannot be on this side and on those that are left.
        """
        wanted = Counter({label: max(1, round(count * fraction)) for label, count in self._all.items()})
        taken: list[str] = []
        for group, counts in list(self._free.items()):
            useful = sum(min(count, max(0, wanted[label])) for label, count in counts.items())
            if 2 * useful > counts.total() and self._spares(counts):
                self._move(group, taken, wanted)
        for label, count in self._all.items():
            if wanted[label] >= max(1, round(count * fraction)):
                self._move(self._smallest(label, side), taken, wanted)
        return taken

    def _spares(self, counts: Counter[int]) -> bool:
        """Whether every class keeps a picture when this group goes."""
        return all(self._left[label] > count for label, count in counts.items())

    def _move(self, group: str, taken: list[str], wanted: Counter[int]) -> None:
        counts = self._free.pop(group)
        self._left.subtract(counts)
        wanted.subtract(counts)
        taken.append(group)

    def _smallest(self, label: int, side: str) -> str:
        candidates = [group for group, counts in self._free.items() if counts[label] and self._spares(counts)]
        if not candidates:
            raise SplitImpossible(label, side, sum(bool(counts[label]) for counts in self._counts.values()))
        return min(candidates, key=lambda group: self._counts[group].total())
