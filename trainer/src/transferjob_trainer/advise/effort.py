"""How much the short trainings may do: as many epochs and pictures as fit a time by the planner's static tables.

The clock decides nothing: the same job on the same kind of machine gets the same trainings, however busy it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..train.phases import Phase
from .candidates import Candidate
from .costs import Amount, CutCosts
from .folds import FOLDS

TRIAL_SECONDS = 600.0
"""For all trainings together, by the tables."""
MOST_EPOCHS = 20
_LADDER = ((1.0, 1.0), (0.5, 1.0), (0.5, 0.5), (0.25, 0.5), (0.25, 0.25), (0.1, 0.25), (0.1, 0.1))
"""Shares of epochs and pictures that are tried, from the top."""
_BUILDING_SECONDS = 0.04
"""Of a phase's functions, for each layer that learns."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What each short training does."""

    epochs_share: float
    pictures_share: float

    def phases(self, phases: Sequence[Phase]) -> tuple[Phase, ...]:
        """The job's phases, shortened: each keeps an epoch at least, and its rates."""
        short, first = [], 1
        for phase in phases:
            epochs = max(1, round(self.epochs_share * phase.epochs))
            short.append(replace(phase, first_epoch=first, epochs=epochs))
            first += epochs
        return tuple(short)


def affordable(
    by_cut: Sequence[tuple[Candidate, Sequence[Phase]]], pictures: int, costs: CutCosts, depth: int
) -> Effort | None:
    """The most that fits TRIAL_SECONDS; None when nothing does.

    Args:
        by_cut: the shortlist, each with the job's phases under its freeze.
        pictures: of the sample.
        costs: of the network.
        depth: layers of the backbone.
    """
    whole = min(1.0, *(MOST_EPOCHS / phases[-1].last_epoch for _cut, phases in by_cut))
    for epochs, share in _LADDER:
        effort = Effort(whole * epochs, share)
        if sum(_seconds(effort, phases, pictures, costs, depth) for _cut, phases in by_cut) <= TRIAL_SECONDS:
            return effort
    return None


def _seconds(effort: Effort, phases: Sequence[Phase], pictures: int, costs: CutCosts, depth: int) -> float:
    count = effort.pictures_share * pictures
    held = round(count / FOLDS)
    building = sum(_BUILDING_SECONDS * (depth - phase.frozen) for phase in phases)
    return FOLDS * (building + costs.seconds(effort.phases(phases), Amount(round(count) - held, held)))
