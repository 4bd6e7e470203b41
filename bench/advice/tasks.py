"""The tasks: which pictures a backbone has learned, and which it is to know next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

Source = Literal["clothes", "digits", "small digits"]
KNOWN = tuple(range(6))
NEW = tuple(range(6, 10))
ALL = tuple(range(10))
FEW, MORE, MANY = 10, 100, 1000
DRAWS = 3
BACKBONE, ALPHA, SIDE = "MobileNet", 0.25, 32
EPOCHS = {FEW: 40, MORE: 6, MANY: 2}
"""By labels a class: 200, 300 and 1,000 steps of a job that learns ten classes."""


@dataclass(frozen=True, slots=True)
class Task:
    """One transfer."""

    name: str
    backbone: Source
    """Pictures whose first six classes the backbone has learned."""
    source: Source
    classes: tuple[int, ...]
    near: bool
    """Whether a person would call it near: the same kind of picture, other classes."""
    test: int = 200
    """Pictures a class that nothing learns from."""


TASKS = (
    Task("clothes to other clothes", "clothes", "clothes", NEW, near=True),
    Task("clothes to digits", "clothes", "digits", ALL, near=False),
    Task("clothes to small digits", "clothes", "small digits", ALL, near=False, test=70),
    Task("digits to other digits", "digits", "digits", NEW, near=True),
    Task("digits to small digits", "digits", "small digits", ALL, near=True, test=70),
    Task("digits to clothes", "digits", "clothes", ALL, near=False),
)
WITH_MANY = ("clothes to digits", "digits to clothes")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One draw of labels for a task."""

    task: str
    labels: int
    draw: int

    @property
    def file_name(self) -> str:
        """Of its results."""
        return f"{self.task.replace(' ', '-')}-{self.labels}-{self.draw}.json"

    @property
    def epochs(self) -> int:
        """Of its jobs."""
        return EPOCHS[self.labels]


def cells(names: list[str], labels: list[int], draws: int) -> list[Cell]:
    """The cells of some tasks: with 1,000 labels one draw, and two tasks alone. All of the first draw come first."""
    found = []
    for draw, count, task in product(range(draws), labels, TASKS):
        if task.name in names and (count != MANY or (draw == 0 and task.name in WITH_MANY)):
            found.append(Cell(task.name, count, draw))
    return found
