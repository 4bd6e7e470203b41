"""From cells to regrets: how many points an advice or a rule loses against the best cut, with what chance leaves open.

The best cut is picked on one half of the test pictures, on the mean of the draws; every loss is measured on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transferjob_trainer.advise.choice import MARGIN, choose_by_probes, choose_by_trials
from transferjob_trainer.advise.distance import FAR, NEAR
from transferjob_trainer.advise.rules import FEW_LABELS, PLENTY_LABELS

RESAMPLES = 2000
LESSON_SHARE = 100 / 175
"""Of the layers: layers[:100] of ResNet50."""
ERRORS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
"""Standard errors by which a deeper freeze may be worse, among which the others tasks choose."""

Cell = Mapping[str, Any]
Cells = Sequence[Cell]
"""The draws of one number of labels."""
Way = Callable[[Cell], int]
"""From what was found out to a freeze count."""
Bits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loss:
    """Points, and a 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:5.1f} ({self.low:.1f} to {self.high:.1f})"


def counts_of(cell: Cell) -> list[int]:
    """The freeze counts that were trained."""
    return sorted(map(int, cell["trained"]))


def known(cell: Cell, count: int) -> Bits:
    """Whether each test picture was known, as numbers."""
    return np.array([bit == "1" for bit in cell["trained"][str(count)]["right"]], np.float64)


def best_cut(cells: Cells, among: Sequence[int] = ()) -> int:
    """The cut with the best mean over the draws, on the first half of the test pictures; of equals the deepest.

    Args:
        cells: the draws.
        among: the cuts to choose from; empty: all that were trained.
    """
    means = _means(cells)
    return max(among or means, key=lambda count: (means[count], count))


def worst_cut(cells: Cells) -> int:
    """The cut with the worst mean, likewise."""
    means = _means(cells)
    return min(means, key=lambda count: means[count])


def _means(cells: Cells) -> dict[int, float]:
    return {count: float(np.mean([known(cell, count)[0::2].mean() for cell in cells])) for count in counts_of(cells[0])}


def loss(cells: Cells, way: Way) -> Loss:
    """Points that a way loses against the best cut."""
    return behind(cells, best_cut(cells), way)


def behind_rules(cells: Cells, way: Way) -> Loss:
    """Points that a way loses against the better of "freeze all" and "freeze none"."""
    return behind(cells, best_cut(cells, (0, counts_of(cells[0])[-1])), way)


def behind(cells: Cells, cut: int, way: Way, seed: int = 0) -> Loss:
    """Points that a way loses against a cut, over the second half of the test pictures and all draws."""
    lost = _lost(cells, cut, way)
    random = np.random.default_rng(seed)
    drawn = [100 * lost[random.integers(0, len(lost), len(lost))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Loss(100 * float(lost.mean()), float(low), float(high))


def _lost(cells: Cells, cut: int, way: Way) -> Bits:
    """By test picture of the second half: the mean over the draws."""
    return np.array(np.mean([known(cell, cut)[1::2] - known(cell, way(cell))[1::2] for cell in cells], axis=0))


def advised(errors: float = MARGIN) -> Way:
    """The advice with its short trainings; from probes where there were none."""

    def way(cell: Cell) -> int:
        found = cell["advice"]
        if not found["right"]:
            return probed(cell)
        right = {int(count): np.array([bit == "1" for bit in bits]) for count, bits in found["right"].items()}
        return choose_by_trials(right, np.array(found["rightLabels"]), errors).recommended

    return way


def probed(cell: Cell) -> int:
    """The advice from probes alone."""
    found = cell["advice"]
    return choose_by_probes(
        {int(count): score for count, score in found["probes"].items()}, found["pictures"]
    ).recommended


def freeze_all(cell: Cell) -> int:
    """Only the head learns."""
    return counts_of(cell)[-1]


def freeze_none(_cell: Cell) -> int:
    """Everything learns."""
    return 0


def lesson(cell: Cell) -> int:
    """layers[:100] of ResNet50, in proportion: the nearest cut."""
    counts = counts_of(cell)
    return min(counts, key=lambda count: abs(count - LESSON_SHARE * counts[-1]))


def rules(cell: Cell) -> int:
    """The lesson's two rules together: where they agree, all or none; otherwise in between."""
    found = cell["advice"]
    labels = -1 if found["labels"] < FEW_LABELS else 1 if found["labels"] >= PLENTY_LABELS else 0
    shift = found["shift"]
    far = 0 if shift is None else -1 if shift < NEAR else 1 if shift > FAR else 0
    return freeze_all(cell) if labels + far < 0 else freeze_none(cell) if labels + far > 0 else lesson(cell)


WAYS: dict[str, Way] = {
    "advice": advised(),
    "probes alone": probed,
    "freeze all": freeze_all,
    "freeze none": freeze_none,
    "layers[:100] in proportion": lesson,
    "rules of thumb": rules,
}


def errors_by_others(groups: Mapping[str, Sequence[Cells]], left_out: str) -> float:
    """The standard errors that lose least on all tasks but one; of equals the one nearest to MARGIN.

    Args:
        groups: by task: the draws of each number of labels.
        left_out: the task that has no say.
    """
    others = [cells for task, sets in groups.items() if task != left_out for cells in sets]
    if not others:
        return MARGIN
    best = [best_cut(cells) for cells in others]
    lost = {
        errors: np.mean(
            [100 * _lost(cells, cut, advised(errors)).mean() for cells, cut in zip(others, best, strict=True)]
        )
        for errors in ERRORS
    }
    return min(ERRORS, key=lambda errors: (round(float(lost[errors]), 6), abs(errors - MARGIN)))
