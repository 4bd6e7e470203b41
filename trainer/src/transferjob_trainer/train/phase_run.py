"""What lives as long as a phase: its feed, its learner, its optimizer and the compiled functions over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

import numpy as np

from ..batch_norm import Mode, apply_batch_norm_mode
from ..contract.run_file import RunFile
from ..distribute.devices import ALONE, Spread
from ..freezing import freeze_layers
from ..network import Network
from ..optimizer import make_optimizer
from .best import DEFAULT_MONITOR, Patience, monitored
from .feed import Feed
from .figures import EpochFigures, Sums
from .learner import Learner
from .loop import Measurement, Pace, Stretch, TrainingLoop
from .objective import Objective
from .phases import Phase
from .rates import layer_factors, variable_factors
from .schedule import Curve
from .state import OPTIMIZER, Arrays, PatienceDocument, PhaseDocument, Position, assigned, copied, numbered

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
        self,
        network: Network,
        job: RunFile,
        phase: Phase,
        source: Source,
        most_steps: int | None,
        spread: Spread = ALONE,
    ) -> None:
        self.phase, self._group = phase, spread.group
        freeze_for(network, phase.frozen)
        self.feed, learner = source(phase)
        self.curve = Curve(phase, self.feed.steps)
        self._optimizer = _optimizer(network, job, learner, self.curve)
        training = job.training
        self._loop = TrainingLoop(
            learner,
            self._optimizer,
            Objective(training.label_smoothing or 0.0),
            jit_compile=bool(training.jit_compile),
            spread=spread,
        )
        self._measurement = Measurement(learner, most_steps)
        self._pace = Pace(most_steps)
        self._batches: Any = None
        self._monitor = training.monitor or DEFAULT_MONITOR
        stopping = training.early_stopping
        self._stopping = Patience(stopping.patience, stopping.min_delta) if stopping else None
        self._plateau = Patience(phase.schedule.patience) if phase.schedule.name == "Plateau" else None

    def begin(self, position: Position) -> None:
        """Opens the feed where the position stands."""
        self._batches = iter(self.feed.training(position.epoch, position.step))

    def train(self, left: int, sums: Sums) -> Timed:
        """Does some of the steps that are left in the epoch, and adds them to its sums."""
        started = monotonic()
        count = self._pace.next(left)
        stretch = self._loop.steps(self._batches, count if self._group is None else self._group.steps(count), sums)
        seconds = monotonic() - started
        self._pace.took(stretch.steps, seconds)
        return Timed(stretch, seconds)

    def measure(self, between: Callable[[], None]) -> Sums:
        """Sums over the validation examples; calls `between` a few times a second, or between batches."""
        batches, count = iter(self.feed.validation()), self.feed.measured_steps
        if self._group is None:
            return self._measurement.measure(batches, count, between)
        own = self._measurement.measure(batches, count, between, self._group.steps)
        return Sums(*self._group.total(np.array([own.loss, own.right, own.examples])).tolist())

    def last_rate(self, epoch: int) -> float:
        """Learning rate of an epoch's last step, before factors by layer."""
        return float(self.curve((epoch - self.phase.first_epoch + 1) * self.feed.steps - 1))

    def judge(self, figures: EpochFigures) -> bool:
        """Takes the figures of an epoch: lowers the rate on a plateau; True when patience is at its end."""
        figure = monitored(self._monitor, figures)[0]
        if self._plateau is not None and self._plateau.lost(figure):
            self.curve.fall()
            self._plateau.forgive()
        return self._stopping is not None and self._stopping.lost(figure)

    def renew(self, network: Network, feed: Feed, optimizer: Arrays) -> None:
        """Stands before its first step again, for another feed of as many steps: its functions serve once more.

        Args:
            network: the one that it was made for.
            feed: what it is fed with from now on.
            optimizer: what `capture` gave of a new one.
        """
        assert feed.steps == self.feed.steps, "the rate's curve was made for another number of steps"
        freeze_for(network, self.phase.frozen)
        self.feed, self._batches = feed, None
        self.restore(PhaseDocument(stopping=PatienceDocument(), plateau=PatienceDocument(), rate_factor=1.0), optimizer)

    def capture(self) -> tuple[PhaseDocument, Arrays]:
        """The state of optimizer, schedule and patience."""
        document = PhaseDocument(
            stopping=self._stopping.document if self._stopping else PatienceDocument(),
            plateau=self._plateau.document if self._plateau else PatienceDocument(),
            rate_factor=float(self.curve.plateau),
        )
        return document, copied(OPTIMIZER, numbered(self._optimizer.variables))

    def restore(self, document: PhaseDocument, arrays: Arrays) -> None:
        """Takes over such a state."""
        assigned(OPTIMIZER, numbered(self._optimizer.variables), arrays)
        self.curve.plateau.assign(document.rate_factor)
        if self._stopping is not None:
            self._stopping.document = document.stopping
        if self._plateau is not None:
            self._plateau.document = document.plateau


def _optimizer(network: Network, job: RunFile, learner: Learner, curve: Curve) -> Any:
    layers = network.backbone.layers
    by_layer = layer_factors(job.training.layerwise_learning_rate, job.backbone, [layer.name for layer in layers])
    return make_optimizer(
        job.training.optimizer,
        curve,
        learner.trained,
        factors=variable_factors(by_layer, layers, learner.trained),
        clip=job.training.gradient_clip,
        scale_loss=network.model.dtype_policy.name == "mixed_float16",
    )


def freeze_for(network: Network, frozen: int) -> None:
    """Freezes the first layers of the backbone; the BatchNorms behind them run in the network's mode."""
    layers = network.backbone.layers
    freeze_layers(network.backbone, frozen)
    mode = cast(Mode, network.batch_norm_mode)
    apply_batch_norm_mode(layers[frozen:], mode, random_weights=False)
