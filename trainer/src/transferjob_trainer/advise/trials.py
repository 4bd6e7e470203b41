"""Short real trainings of a shortlist, each on two thirds of the sample and measured on the rest, three times.

A training is the job's own: its phases, rates, head, optimizer and batch, by the session that trains jobs. What lies in
front of a cut is computed once and serves all three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..cache.features import MemoryFeatures
from ..cache.feed import CachedFeed
from ..cache.learner import cached_learner
from ..cache.prefix import Prefix
from ..cache.spec import EntrySpec, TensorSpec
from ..contract.run_file import RunFile
from ..data import Examples
from ..distribute.devices import Spread, training_devices
from ..errors import NonFiniteLoss
from ..graph.split import split_at
from ..log import RunLog
from ..network import Network
from ..progress_board import ProgressBoard
from ..train.class_weights import example_weights
from ..train.feed import Feed, ImageFeed, Order
from ..train.learner import Learner, whole_learner
from ..train.phase_run import PhaseRun, Source, freeze_for
from ..train.phases import Phase
from ..train.session import Session
from ..train.state import Arrays
from ..train.watch import Watch
from .choice import Right
from .folds import FOLDS, stratified_folds
from .sample import Sample

MOST_FEATURE_BYTES = 1 << 30
"""Of what crosses a cut, over the sample; with more each training runs the whole network."""
Moved = Callable[[], None]


class _Quiet(RunLog):
    """A log that nobody reads."""

    def __init__(self) -> None:
        super().__init__(lambda text: text)

    def say(self, text: str) -> None:
        """Says nothing."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Trainings of one network, each from the weights that it has now."""

    network: Network
    run: RunFile
    classes: tuple[str, ...]
    sample: Sample
    moved: Moved
    begin: list[tuple[Any, Any]] = field(default_factory=list)
    """Variables with the values that each training begins with."""

    def __post_init__(self) -> None:
        self.begin.extend((variable, variable.numpy()) for variable in self.network.model.variables)

    def right(self, phases: tuple[Phase, ...]) -> Right:
        """Whether each picture of the sample was known by a training that did not see it nor its copies.

        A training that ends at a loss that is no number knows nothing.
        """
        folds = stratified_folds(self.sample.labels, self.sample.groups)
        known = np.zeros(len(self.sample), bool)
        self._reset()
        kept = self._kept(min(phase.frozen for phase in phases))
        runs = _SharedRuns(_learner(self.network, kept))
        for fold in range(FOLDS):
            held = np.flatnonzero(folds == fold)
            parts = self.sample.part(np.flatnonzero(folds != fold)), self.sample.part(held)
            runs.feed = self._feed(kept, *(part.examples for part in parts))
            answers = self._trained(phases, runs)
            if answers is not None:
                known[held] = answers == self.sample.labels[held]
        return known

    def restore(self) -> None:
        """Leaves the network as it was."""
        self._reset()

    def _reset(self) -> None:
        for variable, value in self.begin:
            variable.assign(value)

    def _trained(self, phases: tuple[Phase, ...], runs: _SharedRuns) -> Any:
        """The class that the training takes each held-out picture for, after its last epoch."""
        self._reset()
        answers: list[Any] = []

        def after(session: Session) -> None:
            self.moved()
            if session.position.phase == len(phases):
                answers.append(runs.answers(self.moved))

        watch = Watch(ProgressBoard("advice"), _Quiet(), phases, len(self.network.backbone.layers))
        spread = Spread(None, training_devices(self.run.gpus))
        session = Session(
            self.network, self.run, phases, runs.source, watch, [after], spread=spread, phase_runs=runs.phase_run
        )
        try:
            session.run()
        except NonFiniteLoss:
            return None
        return answers[-1]

    def _feed(self, kept: _Kept | None, train: Examples, held: Examples) -> Feed:
        training = self.run.training
        order = Order(training.batch_size, training.seed)
        weights = example_weights(training.class_weights, train.labels, self.classes)
        if kept is not None:
            rows = {path: row for row, path in enumerate(self.sample.paths)}
            return CachedFeed(kept.features, rows, train, held, order, weights=weights, in_step=False)
        augmentation, classes = training.augmentation, len(self.classes)
        return ImageFeed(train, held, order, weights=weights, augmentation=augmentation, classes=classes)

    def _kept(self, count: int) -> _Kept | None:
        """The features of all pictures in front of a cut, where nothing changes them and they fit."""
        depth = len(self.network.backbone.layers)
        if count == 0 or self.run.training.augmentation is not None:
            return None
        pooled = count == depth and self.run.head.pooling != "Flatten"
        freeze_for(self.network, count)
        if not pooled and _bytes(self.network, count) * len(self.sample) > MOST_FEATURE_BYTES:
            return None
        prefix = Prefix(self.network, self.run.backbone.facts.family, count, pooled=pooled)
        arrays = prefix(self.sample.images)
        self.moved()
        tensors = tuple(TensorSpec(str(place), part.shape[1:], str(part.dtype)) for place, part in enumerate(arrays))
        features = MemoryFeatures(EntrySpec("advice", len(self.sample), tensors))
        for whole, part in zip(features.arrays, arrays, strict=True):
            whole[:] = part
        return _Kept(count, pooled, features)


class _SharedRuns:
    """What the trainings of one cut share: compiled functions, which take longer to make than a short training."""

    def __init__(self, learner: Callable[[], Learner]) -> None:
        import tensorflow as tf

        self.feed: Feed | None = None
        """Of the training that is next."""
        self._learner = learner
        self._made: dict[int, tuple[PhaseRun, Arrays]] = {}
        whole = learner()
        self._answer = tf.function(lambda inputs: tf.argmax(whole.logits(inputs, training=False), axis=1))

    def source(self, _phase: Phase) -> tuple[Feed, Learner]:
        """See Source."""
        assert self.feed is not None
        return self.feed, self._learner()

    def phase_run(
        self, network: Network, run: RunFile, phase: Phase, source: Source, most_steps: int | None, spread: Spread
    ) -> PhaseRun:
        """See PhaseRuns: the one of an earlier fold, as new, where its feed had as many steps."""
        assert self.feed is not None
        if phase.first_epoch in self._made:
            made, optimizer = self._made[phase.first_epoch]
            if made.feed.steps == self.feed.steps:
                made.renew(network, self.feed, optimizer)
                return made
        made = PhaseRun(network, run, phase, source, most_steps, spread)
        self._made[phase.first_epoch] = made, made.capture()[1]
        return made

    def answers(self, moved: Moved) -> Any:
        """The class of each held-out picture, int [n]."""
        assert self.feed is not None
        parts = []
        for inputs, _labels, _weights in self.feed.validation():
            parts.append(self._answer(inputs).numpy())
            moved()
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class _Kept:
    count: int
    pooled: bool
    features: MemoryFeatures


def _learner(network: Network, kept: _Kept | None) -> Callable[[], Learner]:
    if kept is None:
        return lambda: whole_learner(network.model)
    return lambda: cached_learner(network, kept.count, pooled=kept.pooled)


def _bytes(network: Network, count: int) -> int:
    """Bytes of one picture's features."""
    return sum(4 * crossing.values for crossing in split_at(network.backbone, count).crossing)
