"""Sums over the examples of an epoch, and what they say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sums:
    """What is added up over examples."""

    loss: float = 0.0
    right: float = 0.0
    examples: float = 0.0

    @property
    def mean_loss(self) -> float:
        """Mean loss of an example."""
        return self.loss / max(self.examples, 1.0)

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / max(self.examples, 1.0)


EMPTY = Sums()


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """Figures of an epoch: of the training pictures while it ran, and of the others after it."""

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
