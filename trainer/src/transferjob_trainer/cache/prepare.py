"""Before training: plans what is kept, reads the pictures if anybody needs them, and fills the cache."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import Dataset, Examples
from ..data.types import Images
from ..distribute.group import Group
from ..evaluate import probabilities
from ..plan.planner import Plan
from ..train.class_weights import example_weights
from ..train.feed import Feed, Order, Views
from ..train.fit import picture_source
from ..train.learner import Learner
from ..train.phase_run import Source
from ..train.phases import Phase
from .entry import CacheUnavailable
from .feed import CachedFeed
from .filling import SAMPLES, Filled, Filling
from .inputs import Inputs
from .learner import cached_learner
from .learner import probabilities as learned_probabilities
from .planning import Planned, Planning
from .rows import EntryRows, by_number, entry_rows


@dataclass(frozen=True, slots=True)
class Prepared:
    """What training and publication need of the data."""

    dataset: Dataset
    source: Source
    samples: Images
    """A few real pictures."""
    probabilities: Callable[[Examples], Any]
    """The network's outputs for examples of the dataset, float32 [n, classes]."""
    explanation: str
    """The plan in words."""
    views: int
    """Changed views of each picture to train on; 0: new ones in every epoch, or unchanged pictures."""


class Preparation:
    """One run's way from a listed dataset to a source of batches."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs, self._job, self._network, self._opened = inputs, inputs.job, inputs.network, inputs.opened
        self._board, self._log, self._group = inputs.board, inputs.log, inputs.group

    def run(self) -> Prepared:
        """Plans, reads and fills.

        Raises:
            InvalidSpec: a cache was asked for that does not fit its budget.
            DatasetInvalid, StorageDenied, StorageUnavailable: as when the pictures are loaded.
        """
        planned = Planning(self._inputs).planned()
        explanation = planned.explanation
        views, together = self._agreed(planned)
        if views != planned.views:
            explanation = (
                f"feature cache: none, because worker 0 shows {views} views and this one plans {planned.views}"
            )
        self._log.say(explanation)
        filling = Filling(self._inputs, together)
        if planned.plan is None or views != planned.views:
            return self._uncached(filling.load(), explanation, views)
        rows = entry_rows(self._opened.catalogue, planned.plan.choice.views)
        try:
            return self._fed(planned.plan, filling.filled(planned.plan, planned.store, rows), rows, explanation)
        except CacheUnavailable as error:
            explanation = f"feature cache: none, because {error}"
            self._log.say(explanation)
            return self._uncached(filling.loaded or filling.load(), explanation, views)

    def _agreed(self, planned: Planned) -> tuple[int, Group | None]:
        """How many views all workers show, which the chief's plan says; and those who plan alike, for they can fill one
        cache together."""
        if self._group is None:
            return planned.views, None
        choice = planned.plan.choice if planned.plan else None
        kept = [choice.keep, choice.cut.count, choice.cut.pooled] if choice and choice.cut else []
        own = json.dumps([planned.views, *kept, self._opened.catalogue.listing])
        chiefs, alike = self._group.compared(own)
        return int(json.loads(chiefs)[0]), self._group if alike else None

    def _uncached(self, dataset: Dataset, explanation: str, views: int) -> Prepared:
        network, number = self._network, by_number(self._opened.catalogue)
        shown = Views(views, np.array([number[path] for path in dataset.train.paths]))
        return Prepared(
            dataset=dataset,
            source=picture_source(network, dataset, self._job, self._inputs.share, shown),
            samples=dataset.final.images[:SAMPLES],
            probabilities=lambda examples: probabilities(network.model, examples, self._board.moved),
            explanation=explanation,
            views=views,
        )

    def _fed(self, plan: Plan, filled: Filled, rows: EntryRows, explanation: str) -> Prepared:
        cut, network, training = plan.choice.cut, self._network, self._job.training
        assert cut is not None
        dataset = filled.dataset
        feed = CachedFeed(
            filled.features,
            rows.plain,
            dataset.train,
            dataset.validation,
            Order(training.batch_size, training.seed, self._inputs.share),
            weights=example_weights(training.class_weights, dataset.train.labels, dataset.classes),
            views=rows if rows.count else None,
        )

        def source(_phase: Phase) -> tuple[Feed, Learner]:
            return feed, cached_learner(network, cut.count, pooled=cut.pooled)

        def outputs(examples: Examples) -> Any:
            learner = cached_learner(network, cut.count, pooled=cut.pooled)
            return learned_probabilities(learner, feed.measuring(examples), self._board.moved)

        return Prepared(dataset, source, filled.samples, outputs, explanation, rows.count)
