"""Keeps the weights of the best epoch."""

from __future__ import annotations

from typing import Any


class BestEpoch:
    """The epoch with the highest validation accuracy; of equals the one with the lower validation loss."""

    def __init__(self) -> None:
        self.epoch = 0
        self.accuracy, self.loss = -1.0, float("inf")
        self._weights: list[Any] = []

    def offer(self, epoch: int, accuracy: float, loss: float, model: Any) -> bool:
        """Keeps the model's weights when the epoch is better than all before; says whether it was."""
        better = (accuracy, -loss) > (self.accuracy, -self.loss)
        if better:
            self.epoch, self.accuracy, self.loss = epoch, accuracy, loss
            self._weights = model.get_weights()
        return better

    def restore(self, model: Any) -> None:
        """Puts the best weights into the model."""
        if self._weights:
            model.set_weights(self._weights)
