"""The features that a plan wants: found whole on disk, or computed from the pictures and put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import input_size
from ..data import Dataset
from ..data.types import Images
from ..device import device_kind
from ..distribute.group import Group
from ..plan.planner import Plan
from .chunk import Arrays
from .entry import CacheUnavailable, DiskEntry
from .features import Features
from .fill import MemoryEntry, fill, fill_together
from .inputs import Inputs
from .key import entry_spec, key_document
from .manifest import Facts
from .pictures import PictureRows
from .prefix import Prefix
from .progress import FillProgress
from .rows import ChangedViews, EntryRows, by_number
from .store import FeatureStore

SAMPLES = 16
"""Pictures that are kept with an entry, to compare exported models on."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What training on features needs."""

    dataset: Dataset
    """Without its pictures."""
    samples: Images
    """A few of them."""
    features: Features


class Filling:
    """One run's way from a plan to features."""

    loaded: Dataset | None = None
    """The pictures, once they were read in vain: the plan turned out not to fit them."""

    def __init__(self, inputs: Inputs, together: Group | None) -> None:
        """`together`: the workers that plan alike and share the computing."""
        self._job, self._network, self._opened = inputs.job, inputs.network, inputs.opened
        self._board, self._log, self._together = inputs.board, inputs.log, together

    def load(self) -> Dataset:
        """Reads the pictures.

        Raises:
            DatasetInvalid, StorageDenied, StorageUnavailable: as when a dataset is loaded.
        """
        height, width = input_size(self._job)
        self._board.update(stage="LoadingData")
        self._log.say(f"reading {len(self._opened.catalogue.paths):,} pictures to {height} x {width} pixels")
        return self._opened.load(lambda _done, _all: self._board.moved())

    def filled(self, plan: Plan, store: FeatureStore | None, rows: EntryRows) -> Filled:
        """The features of all rows.

        Raises:
            CacheUnavailable: the place cannot be used, or broken pictures spoil the plan.
            DatasetInvalid, StorageDenied, StorageUnavailable: as when a dataset is loaded.
        """
        cut = plan.choice.cut
        assert cut is not None
        catalogue, training = self._opened.catalogue, self._job.training
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
            return self._from_disk(store.open(spec), prefix, rows, document)
        entry = MemoryEntry(spec)
        return Filled(*self._fill(entry, prefix, rows), entry.features)

    def _from_disk(self, entry: DiskEntry, prefix: Prefix, rows: EntryRows, document: Mapping[str, Any]) -> Filled:
        catalogue = self._opened.catalogue
        if entry.facts is not None:
            broken = {catalogue.paths[row]: reason for row, reason in entry.facts.broken.items()}
            copies = tuple(tuple(catalogue.paths[row] for row in rows) for rows in entry.facts.copies)
            dataset = catalogue.unread(entry.facts.dataset_digest, broken, copies)
            self._log.say("feature cache: found whole; neither the prefix nor a picture is needed")
            return Filled(dataset, entry.samples(), entry.features())
        dataset, samples = self._fill(entry, prefix, rows)
        if not self._opened.unchanged():
            # A picture may have been read that is not the one whose tag is in the key.
            entry.withdraw()
            self._log.say("feature cache: the dataset changed while it was read; its features serve this job alone")
            return Filled(dataset, samples, entry.features())
        number = by_number(catalogue)
        facts = Facts(
            dataset_digest=dataset.digest,
            broken={number[file.path]: file.reason for file in dataset.skipped},
            copies=tuple(tuple(number[path] for path in paths) for paths in dataset.copies),
        )
        entry.finish(facts, samples, dict(document))
        return Filled(dataset, samples, entry.features())

    def _fill(self, entry: DiskEntry | MemoryEntry, prefix: Prefix, rows: EntryRows) -> tuple[Dataset, Images]:
        """Reads the pictures and computes what is missing; the dataset without its pictures, and a few of them."""
        catalogue = self._opened.catalogue
        dataset = self.load()
        if not rows.hold(dataset):
            self.loaded = dataset
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

        if self._together is not None and isinstance(entry, MemoryEntry):
            fill_together(entry, compute, progress, self._together)
        else:
            fill(entry, compute, progress)
        progress.done()
        broken = {file.path: file.reason for file in dataset.skipped}
        return catalogue.unread(dataset.digest, broken, dataset.copies), samples
