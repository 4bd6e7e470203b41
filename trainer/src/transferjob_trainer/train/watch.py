"""Tells how training goes: the progress document while an epoch runs, a line of the log after it."""

from __future__ import annotations

from ..log import RunLog
from ..progress_board import ProgressBoard
from .clock import Estimate
from .feed import Feed
from .figures import EpochFigures, Sums
from .phases import Phase
from .schedule import Curve
from .state import Position


class Watch:
    """The session tells it what happens; epochs and steps count from 1 to the outside."""

    def __init__(self, board: ProgressBoard, log: RunLog, phases: tuple[Phase, ...], depth: int) -> None:
        self._board, self._log, self._phases = board, log, phases
        self._epochs = phases[-1].last_epoch
        self._estimate = Estimate(phases, depth)

    def begin_phase(self, position: Position, feed: Feed, curve: Curve) -> None:
        """A phase begins, or goes on after an interruption."""
        phase = self._phases[position.phase]
        self._steps, self._examples = feed.steps, feed.examples
        self._estimate.begin_phase(feed.steps)
        self._log.say(
            f"phase {phase.name}: epochs {phase.first_epoch} to {phase.last_epoch} of {self._epochs},"
            f" freeze count {phase.frozen}, learning rate {phase.learning_rate:g}, {curve}"
        )
        if position.epoch > phase.first_epoch or position.step:
            self._log.say(f"going on in epoch {position.epoch}, after step {position.step} of {feed.steps}")
        self._board.update(
            stage="Training",
            phase=phase.name,
            epoch=position.epoch,
            epochs=self._epochs,
            step=position.step,
            steps=feed.steps,
            percent=self._estimate.percent(position),
            remaining_seconds=self._estimate.remaining(position),
        )

    def trained(self, position: Position, sums: Sums, steps: int, seconds: float) -> None:
        """Some steps are done."""
        self._estimate.trained(steps, seconds)
        speed = self._estimate.steps_per_second
        self._board.update(
            epoch=position.epoch,
            step=position.step,
            percent=self._estimate.percent(position),
            loss=sums.mean_loss,
            accuracy=sums.accuracy,
            images_per_second=None if speed is None else speed * self._examples / self._steps,
            remaining_seconds=self._estimate.remaining(position),
        )

    def measured(self, position: Position, figures: EpochFigures, *, better: bool, seconds: float) -> None:
        """An epoch is measured; `seconds` of it went into measuring."""
        self._estimate.measured(seconds)
        self._board.update(
            val_loss=figures.val_loss,
            val_accuracy=figures.val_accuracy,
            remaining_seconds=self._estimate.remaining(position),
        )
        self._log.say(
            f"epoch {position.epoch}/{self._epochs}  loss {figures.loss:.4f}  accuracy {figures.accuracy:.4f}"
            f"  val. loss {figures.val_loss:.4f}  val. accuracy {figures.val_accuracy:.4f}"
            f"{'  best' if better else ''}  {self._estimate.epoch_seconds():.1f} s"
        )

    def stopped(self, position: Position, best: int) -> None:
        """A phase ends early."""
        phase = self._phases[position.phase]
        self._log.say(
            f"phase {phase.name} stops after epoch {position.epoch} of {phase.last_epoch}: nothing got better;"
            f" on with the weights of epoch {best}"
        )
