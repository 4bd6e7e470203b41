"""Before training: plans what is kept, reads the pictures if anybody needs them, and fills the cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import input_size
from ..container import cores, memory_limit
from ..container.need import training_need
from ..contract.run_file import RunFile
from ..data import Dataset, Examples, OpenDataset
from ..data.types import Images
from ..distribute.group import Group
from ..distribute.share import WHOLE
from ..errors import InvalidSpec
from ..evaluate import probabilities
from ..log import RunLog
from ..network import Network
from ..plan.costs import Costs, backbone_costs
from ..plan.explain import explain
from ..plan.planner import Budgets, Demand, Mode, PhaseDemand, Plan, make_plan
from ..plan.rates import rates_of
from ..progress_board import ProgressBoard
from ..train.class_weights import example_weights
from ..train.feed import Feed, Order, Views
from ..train.fit import picture_source
from ..train.learner import Learner
from ..train.phase_run import Source
from ..train.phases import Phase, resolve_phases
from .budget import memory_budget
from .chunk import Arrays
from .entry import CacheUnavailable, DiskEntry
from .features import Features
from .feed import CachedFeed
from .fill import MemoryEntry, fill, fill_together
from .key import device_kind, entry_spec, key_document
from .learner import cached_learner
from .learner import probabilities as learned_probabilities
from .manifest import Facts
from .pictures import PictureRows
from .place import cache_folder
from .prefix import Prefix
from .progress import FillProgress
from .rows import ChangedViews, EntryRows, by_number, entry_rows
from .store import FeatureStore

SAMPLES = 16
"""Pictures that are kept with an entry, to compare exported models on."""
_WEIGHT_BYTES = 4
"""Of a weight, whatever the precision of the computation."""


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

    def __init__(
        self,
        job: RunFile,
        network: Network,
        opened: OpenDataset,
        *,
        claims_root: Path | None,
        scratch: Path,
        board: ProgressBoard,
        log: RunLog,
        group: Group | None = None,
    ) -> None:
        """Makes a preparation.

        Args:
            job: the run file.
            network: built, with the weights that training begins with.
            opened: the dataset, listed.
            claims_root: folder under which each claim is mounted by its name.
            scratch: folder for a cache on disk that the spec gives no place.
            board: is told how far the filling is.
            log: is told the plan.
            group: of several workers.
        """
        self._job, self._network, self._opened = job, network, opened
        self._claims_root, self._scratch = claims_root, scratch
        self._board, self._log, self._group = board, log, group
        self._share = WHOLE if group is None else group.share
        cache = job.training.feature_cache
        self._mode: Mode = cache.mode if cache else "Auto"
        self._uri = cache.uri if cache else None
        self._given_views = cache.views or 0 if cache else 0
        self._loaded: Dataset | None = None
        self._alike = False
        self._names = [layer.name for layer in network.backbone.layers]

    def run(self) -> Prepared:
        """Plans, reads and fills.

        Raises:
            InvalidSpec: a cache was asked for that does not fit its budget.
            DatasetInvalid, StorageDenied, StorageUnavailable: as when the pictures are loaded.
        """
        planned = self._planned()
        explanation, views = planned.explanation, self._agreed_views(planned)
        if views != planned.views:
            explanation = (
                f"feature cache: none, because worker 0 shows {views} views and this one plans {planned.views}"
            )
        self._log.say(explanation)
        if planned.plan is None or views != planned.views:
            return self._uncached(explanation, views)
        try:
            return self._cached(planned.plan, planned.store, explanation)
        except CacheUnavailable as error:
            explanation = f"feature cache: none, because {error}"
            self._log.say(explanation)
            return self._uncached(explanation, views)

    def _agreed_views(self, planned: _Planned) -> int:
        """The chief's plan says how many views all workers show; those who plan alike can fill one cache together."""
        if self._group is None:
            return planned.views
        choice = planned.plan.choice if planned.plan else None
        kept = [choice.keep, choice.cut.count, choice.cut.pooled] if choice and choice.cut else []
        own = json.dumps([planned.views, *kept, self._opened.catalogue.listing])
        chiefs, self._alike = self._group.compared(own)
        return int(json.loads(chiefs)[0])

    def _planned(self) -> _Planned:
        costs = backbone_costs(self._network.backbone, self._job.head.pooling)
        try:
            store = self._store()
            plan = self._plan(costs, store)
        except CacheUnavailable as error:
            return _Planned(f"feature cache: none, because {error}", self._given_views)
        kept = plan if plan.choice.cut is not None else None
        return _Planned(explain(plan, costs, self._names), plan.choice.views, kept, store)

    def _store(self) -> FeatureStore | None:
        """The place on disk, where the mode may use one."""
        if self._mode in ("Off", "Memory") or (self._mode == "Auto" and self._uri is None):
            return None
        if self._uri is not None:
            return FeatureStore(cache_folder(self._uri, self._claims_root), self._log.say)
        folder = self._scratch / "features"
        folder.mkdir(exist_ok=True)
        return FeatureStore(folder, self._log.say)

    def _plan(self, costs: Costs, store: FeatureStore | None) -> Plan:
        demand = self._demand()
        budgets = Budgets(self._memory(demand.pictures), store.room() if store else 0, shared=self._uri is not None)
        plan = make_plan(costs, demand, budgets, self._mode, rates_of(device_kind(), cores()))
        if self._mode in ("Memory", "Disk") and plan.choice.cut is None and plan.too_large:
            raise InvalidSpec(
                f"spec.training.featureCache.mode {self._mode}: {explain(plan, costs, self._names)};"
                " give it more room or leave the mode to Auto"
            )
        return plan

    def _memory(self, pictures: int) -> int:
        """Bytes that features may take in memory."""
        job, network, report = self._job, self._network, self._network.report
        height, width = input_size(job)
        step = training_need(
            network.backbone,
            network.frozen,
            report.trainable_parameters,
            -(-min(job.training.batch_size, pictures) // self._share.count),
            job.training.optimizer,
            half=network.model.dtype_policy.compute_dtype != "float32",
        )
        return memory_budget(
            memory_limit(),
            pictures=pictures * height * width * 3,
            weights=(report.trainable_parameters + report.frozen_parameters) * _WEIGHT_BYTES,
            step=0 if job.gpus else step.total,
        )

    def _demand(self) -> Demand:
        catalogue = self._opened.catalogue
        unread = catalogue.unread("", {}, ())
        phases, changes = resolve_phases(self._job, self._names), self._job.training.augmentation
        return Demand(
            phases=tuple(PhaseDemand(phase.epochs, phase.frozen) for phase in phases),
            train=len(unread.train),
            measured=len(unread.validation),
            final=len(unread.final),
            pictures=len(catalogue.paths),
            augmented=changes is not None,
            mixed=changes is not None and changes.mixes,
            views=self._given_views or None,
        )

    def _uncached(self, explanation: str, views: int) -> Prepared:
        dataset = self._loaded or self._load()
        network, number = self._network, by_number(self._opened.catalogue)
        shown = Views(views, np.array([number[path] for path in dataset.train.paths]))
        return Prepared(
            dataset=dataset,
            source=picture_source(network, dataset, self._job, self._share, shown),
            samples=dataset.final.images[:SAMPLES],
            probabilities=lambda examples: probabilities(network.model, examples, self._board.moved),
            explanation=explanation,
            views=views,
        )

    def _load(self) -> Dataset:
        height, width = input_size(self._job)
        self._board.update(stage="LoadingData")
        self._log.say(f"reading {len(self._opened.catalogue.paths):,} pictures to {height} x {width} pixels")
        return self._opened.load(lambda _done, _all: self._board.moved())

    def _cached(self, plan: Plan, store: FeatureStore | None, explanation: str) -> Prepared:
        cut = plan.choice.cut
        assert cut is not None
        catalogue, training = self._opened.catalogue, self._job.training
        rows = entry_rows(catalogue, plan.choice.views)
        changes = training.augmentation if rows.count else None
        prefix = Prefix(
            self._network,
            self._job.backbone.facts.family,
            cut.count,
            pooled=cut.pooled,
            change=ChangedViews(changes, training.seed, rows) if changes else None,
        )
        tensors = [replace(tensor, dtype=dtype) for tensor, dtype in zip(cut.tensors, prefix.dtypes, strict=True)]
        document = key_document(
            self._job,
            prefix.variables,
            tensors,
            layers=cut.count,
            size=input_size(self._job),
            pooling=self._job.head.pooling if cut.pooled else None,
            listing=catalogue.listing,
            device=device_kind(),
            view=rows.document(changes, training.seed),
        )
        spec = entry_spec(document, len(rows.pictures), tensors)
        if plan.choice.keep == "Disk":
            assert store is not None
            filled = self._from_disk(store.open(spec), prefix, rows, document)
        else:
            entry = MemoryEntry(spec)
            filled = _Filled(*self._fill(entry, prefix, rows), entry.features)
        return self._fed(plan, filled, rows, explanation)

    def _from_disk(self, entry: DiskEntry, prefix: Prefix, rows: EntryRows, document: Mapping[str, Any]) -> _Filled:
        catalogue = self._opened.catalogue
        if entry.facts is not None:
            broken = {catalogue.paths[row]: reason for row, reason in entry.facts.broken.items()}
            copies = tuple(tuple(catalogue.paths[row] for row in rows) for rows in entry.facts.copies)
            dataset = catalogue.unread(entry.facts.dataset_digest, broken, copies)
            self._log.say("feature cache: found whole; neither the prefix nor a picture is needed")
            return _Filled(dataset, entry.samples(), entry.features())
        dataset, samples = self._fill(entry, prefix, rows)
        if not self._opened.unchanged():
            # A picture may have been read that is not the one whose tag is in the key.
            entry.withdraw()
            self._log.say("feature cache: the dataset changed while it was read; its features serve this job alone")
            return _Filled(dataset, samples, entry.features())
        number = by_number(catalogue)
        facts = Facts(
            dataset_digest=dataset.digest,
            broken={number[file.path]: file.reason for file in dataset.skipped},
            copies=tuple(tuple(number[path] for path in paths) for paths in dataset.copies),
        )
        entry.finish(facts, samples, dict(document))
        return _Filled(dataset, samples, entry.features())

    def _fill(self, entry: DiskEntry | MemoryEntry, prefix: Prefix, rows: EntryRows) -> tuple[Dataset, Images]:
        """Reads the pictures and computes what is missing; the dataset without its pictures, and a few of them."""
        catalogue = self._opened.catalogue
        dataset = self._load()
        if not rows.hold(dataset):
            self._loaded = dataset
            raise CacheUnavailable(
                f"broken pictures ({len(dataset.skipped)}) move others over the border between training and validation,"
                " of which no views are planned; without the broken ones views can be kept"
            )
        samples = np.ascontiguousarray(dataset.final.images[:SAMPLES])
        pictures = PictureRows(catalogue, dataset, rows)
        prefix.build()
        progress = FillProgress(self._board, self._log)

        def compute(chunk: range) -> Arrays:
            return prefix(pictures.rows(chunk), chunk)

        if self._group is not None and self._alike and isinstance(entry, MemoryEntry):
            fill_together(entry, compute, progress, self._group)
        else:
            fill(entry, compute, progress)
        progress.done()
        broken = {file.path: file.reason for file in dataset.skipped}
        return catalogue.unread(dataset.digest, broken, dataset.copies), samples

    def _fed(self, plan: Plan, filled: _Filled, rows: EntryRows, explanation: str) -> Prepared:
        cut, network, training = plan.choice.cut, self._network, self._job.training
        assert cut is not None
        dataset = filled.dataset
        feed = CachedFeed(
            filled.features,
            rows.plain,
            dataset.train,
            dataset.validation,
            Order(training.batch_size, training.seed, self._share),
            weights=example_weights(training.class_weights, dataset.train.labels, dataset.classes),
            views=rows if rows.count else None,
        )

        def source(_phase: Phase) -> tuple[Feed, Learner]:
            return feed, cached_learner(network, cut.count, pooled=cut.pooled)

        def outputs(examples: Examples) -> Any:
            learner = cached_learner(network, cut.count, pooled=cut.pooled)
            return learned_probabilities(learner, feed.measuring(examples), self._board.moved)

        return Prepared(dataset, source, filled.samples, outputs, explanation, rows.count)


@dataclass(frozen=True, slots=True)
class _Planned:
    explanation: str
    views: int
    plan: Plan | None = None
    """Where something is to be kept."""
    store: FeatureStore | None = None


@dataclass(frozen=True, slots=True)
class _Filled:
    dataset: Dataset
    samples: Images
    features: Features
