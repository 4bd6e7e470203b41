"""The best epoch by a monitored figure, with its weights, and patience with one that no longer gets better."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Literal

from .figures import EpochFigures
from .state import BEST, Arrays, BestDocument, PatienceDocument, assigned, copied

Monitor = Literal["ValLoss", "ValAccuracy", "Loss", "Accuracy"]
DEFAULT_MONITOR: Monitor = "ValAccuracy"
_UNSETTLED = -sys.float_info.max
"""Below every figure, and finite, for the document."""


def by_validation(monitor: Monitor) -> bool:
    """Whether it is a figure of the validation pictures."""
    return monitor.startswith("Val")


def monitored(monitor: Monitor, figures: EpochFigures) -> tuple[float, float]:
    """The figure and what decides between equal ones, both the larger the better."""
    loss, accuracy = figures.val_loss, figures.val_accuracy
    if not by_validation(monitor):
        loss, accuracy = figures.loss, figures.accuracy
    return (accuracy, -loss) if monitor.endswith("Accuracy") else (-loss, accuracy)


class BestEpoch:
    """The epoch with the best figure so far and a copy of its weights in the host's memory."""

    def __init__(self, monitor: Monitor, variables: Mapping[str, Any]) -> None:
        self.document = BestDocument()
        self.arrays: Arrays = {}
        self._monitor, self._variables = monitor, variables

    def offer(self, epoch: int, figures: EpochFigures, *, settled: bool = True) -> bool:
        """Keeps the variables as they are when the epoch is better than all before; says whether it was.

        Args:
            epoch: its number.
            figures: of the epoch.
            settled: whether BatchNorm's stored statistics are of use. Until they are, a training figure, for which
                they are not used, says nothing of what the network answers afterwards: then the latest epoch is kept.
        """
        told = settled or by_validation(self._monitor)
        figure, tie = monitored(self._monitor, figures) if told else (_UNSETTLED, float(epoch))
        better = self.document.epoch == 0 or (figure, tie) > (self.document.figure, self.document.tie)
        if better:
            self.document = BestDocument(epoch=epoch, figure=figure, tie=tie)
            self.arrays = copied(BEST, self._variables)
        return better

    def resume(self, document: BestDocument, arrays: Arrays) -> None:
        """Takes over what an earlier attempt has kept."""
        self.document = document
        self.arrays = {name: array for name, array in arrays.items() if name.startswith(f"{BEST}/")}

    def restore(self) -> None:
        """Puts the best weights back into the variables."""
        if self.arrays:
            assigned(BEST, self._variables, self.arrays)


class Patience:
    """Counts the epochs without a gain."""

    def __init__(self, epochs: int, min_delta: float = 0.0, document: PatienceDocument | None = None) -> None:
        self._epochs, self._min_delta = epochs, min_delta
        self.document = document or PatienceDocument()

    def lost(self, figure: float) -> bool:
        """Takes the figure of an epoch, the larger the better; True when it is one epoch too many without a gain."""
        best = self.document.figure
        if best is None or figure > best + self._min_delta:
            self.document = PatienceDocument(figure=figure)
            return False
        self.document = PatienceDocument(figure=best, waited=self.document.waited + 1)
        return self.document.waited >= self._epochs

    def forgive(self) -> None:
        """Counts anew, against the same best figure."""
        self.document = PatienceDocument(figure=self.document.figure)
