"""Watches the loop: progress after every step, a line after every epoch, an end when the loss is not finite."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from ..errors import NonFiniteLoss
from ..log import RunLog
from ..progress_board import ProgressBoard
from .best import BestEpoch

_BOARD_SECONDS = 0.25
"""Progress is pulled every few seconds; writing it more often than this would only cost time."""


class Watch:
    """The hooks that `fit` calls. Epochs and steps count from 1 to the outside."""

    def __init__(self, board: ProgressBoard, log: RunLog, *, epochs: int, steps: int, examples: int) -> None:
        self.best = BestEpoch()
        self._board, self._log = board, log
        self._epochs, self._steps, self._examples = epochs, steps, examples
        self._epoch = 0
        self._started = self._epoch_started = self._shown = time.monotonic()
        self._steady = 0.0
        board.update(stage="Training", epoch=1, epochs=epochs, step=0, steps=steps, percent=0.0)

    def callback(self, model: Any) -> Any:
        """A Keras callback with these hooks."""
        import keras

        return keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, _logs: self._begin(epoch + 1),
            on_train_batch_end=lambda batch, logs: self._step(batch + 1, logs or {}),
            on_epoch_end=lambda epoch, logs: self._end(epoch + 1, logs or {}, model),
        )

    def _begin(self, epoch: int) -> None:
        self._epoch = epoch
        self._epoch_started = time.monotonic()

    def _step(self, step: int, logs: Mapping[str, Any]) -> None:
        loss = float(logs["loss"])
        self._must_be_finite("loss", loss, f"in epoch {self._epoch}, step {step}")
        now = time.monotonic()
        if now - self._shown >= _BOARD_SECONDS or step == self._steps:
            self._shown = now
            self._show(step, loss, float(logs["accuracy"]), now)

    @staticmethod
    def _must_be_finite(name: str, loss: float, place: str) -> None:
        if not math.isfinite(loss):
            raise NonFiniteLoss(f"the {name} became {loss} {place}; try a lower training.optimizer.learningRate")

    def _show(self, step: int, loss: float, accuracy: float, now: float) -> None:
        share = ((self._epoch - 1) * self._steps + step) / (self._epochs * self._steps)
        speed = step / self._steps * self._examples / max(now - self._epoch_started, 1e-6)
        self._board.update(
            epoch=self._epoch,
            step=step,
            percent=100 * share,
            loss=loss,
            accuracy=accuracy,
            images_per_second=speed,
            remaining_seconds=self._remaining(share, now),
        )

    def _remaining(self, share: float, now: float) -> float:
        """The first epoch holds the building of the graph, so later ones are better measured without it."""
        per_epoch = self._steady or (now - self._started) / max(share * self._epochs, 1e-6)
        return max(0.0, (1 - share) * self._epochs * per_epoch)

    def _end(self, epoch: int, logs: Mapping[str, Any], model: Any) -> None:
        seconds = time.monotonic() - self._epoch_started
        if epoch > 1:
            self._steady = seconds if not self._steady else 0.7 * self._steady + 0.3 * seconds
        accuracy, loss = float(logs["val_accuracy"]), float(logs["val_loss"])
        # The last step's change of the weights shows in no training loss.
        self._must_be_finite("validation loss", loss, f"after epoch {epoch}, step {self._steps}")
        better = self.best.offer(epoch, accuracy, loss, model)
        self._board.update(val_loss=loss, val_accuracy=accuracy)
        self._log.say(
            f"epoch {epoch}/{self._epochs}  loss {float(logs['loss']):.4f}  accuracy {float(logs['accuracy']):.4f}"
            f"  val. loss {loss:.4f}  val. accuracy {accuracy:.4f}{'  best' if better else ''}  {seconds:.1f} s"
        )
