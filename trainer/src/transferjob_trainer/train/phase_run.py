"""What lives as long as a phase: its feed, its learner, its optimizer and the compiled functions over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

from ..batch_norm import Mode, apply_batch_norm_mode
from ..contract.training import TrainingSpec
from ..freezing import freeze_layers
from ..network import Network
from ..optimizer import make_optimizer
from .best import Patience
from .feed import Feed
from .learner import Learner
from .loop import Measurement, Pace, Stretch, TrainingLoop
from .objective import Objective
from .phases import Phase
from .state import OPTIMIZER, Arrays, Position, assigned, copied, numbered

Source = Callable[[Phase], tuple[Feed, Learner]]
"""Gives a phase its feed and learner, after its layers were frozen: whole pictures, or cached features and the tail."""


@dataclass(slots=True)
class Timed:
    """What a call has done, and the seconds that it took."""

    stretch: Stretch
    seconds: float


class PhaseRun:
    """One phase, ready to train. Makes its functions anew: they hold what was trainable when they were traced."""

    def __init__(
        self, network: Network, training: TrainingSpec, phase: Phase, source: Source, most_steps: int | None
    ) -> None:
        self.phase = phase
        freeze_for(network, phase.frozen)
        self.feed, learner = source(phase)
        self._optimizer = make_optimizer(training.optimizer, phase.learning_rate)
        self._loop = TrainingLoop(learner, self._optimizer, Objective(training.label_smoothing or 0.0))
        self._measurement = Measurement(learner)
        self._pace = Pace(most_steps)
        self._batches: Any = None
        stopping = training.early_stopping
        self.stopping = Patience(stopping.patience, stopping.min_delta) if stopping else None

    def begin(self, position: Position) -> None:
        """Opens the feed where the position stands."""
        self._batches = iter(self.feed.training(position.epoch, position.step))

    def train(self, left: int) -> Timed:
        """Does some of the steps that are left in the epoch."""
        started = monotonic()
        stretch = self._loop.steps(self._batches, self._pace.next(left))
        seconds = monotonic() - started
        self._pace.took(stretch.steps, seconds)
        return Timed(stretch, seconds)

    def measure(self) -> Any:
        """Sums over the validation examples."""
        return self._measurement.measure(self.feed.validation())

    def capture(self) -> Arrays:
        """The optimizer's state."""
        return copied(OPTIMIZER, numbered(self._optimizer.variables))

    def restore(self, arrays: Arrays) -> None:
        """Takes over the optimizer's state."""
        assigned(OPTIMIZER, numbered(self._optimizer.variables), arrays)


def freeze_for(network: Network, frozen: int) -> None:
    """Freezes the first layers of the backbone; the BatchNorms behind them run in the network's mode."""
    layers = network.backbone.layers
    freeze_layers(network.backbone, frozen)
    mode = cast(Mode, network.batch_norm_mode)
    apply_batch_norm_mode(layers[frozen:], mode, random_weights=False)
