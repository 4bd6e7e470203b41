"""Load a dataset: scan, check, split, decode, digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from ..contract.dataset import DatasetSpec
from ..contract.image_input import ResizeSpec
from ..errors import DatasetInvalid, InvalidSpec
from .archive import is_archive
from .detect import StorageFactory, open_source
from .layout import Layout, arrange, check_counts
from .limits import memory_limit
from .pipeline import Decoded, Pipeline, ProgressCallback
from .split import Aside, Fractions, set_aside
from .types import Dataset, Examples, Images, SkippedFile

_TOLERATED_SHARE = 0.01
_COUNTED_IN_FULL = 100
"""Broken pictures are counted up to here before a hopeless dataset is given up."""
_SHOWN = 5
_MIB = 1 << 20


def _no_progress(_done: int, _total: int) -> None:
    """For callers that do not watch."""


def load_dataset(
    spec: DatasetSpec,
    *,
    height: int,
    width: int,
    resize: ResizeSpec,
    seed: int,
    storage_factory: StorageFactory,
    scratch: Path,
    progress: ProgressCallback = _no_progress,
    expected_classes: int | None = None,
    memory_bytes: int | None = None,
) -> Dataset:
    """Load the dataset of a job into memory.

    Args:
        spec: the dataset's part of the spec.
        height: pixels of the result.
        width: pixels of the result.
        resize: how pictures of other sizes are brought to this one.
        seed: decides, with each picture's path, its side of the split.
        storage_factory: opens the storage of a URI; give it `absent=DatasetInvalid`.
        scratch: folder for an archive that must be downloaded first.
        progress: called with pictures done and pictures in all.
        expected_classes: number of classes that the dataset must have (head.classes).
        memory_bytes: most that the decoded pictures may take. Default: half of the memory that this process may use.

    Raises:
        DatasetInvalid: the dataset cannot be trained on.
        InvalidSpec: a format or option that is not supported yet.
        StorageDenied: rights are missing.
        StorageUnavailable: the storage does not answer.
    """
    _refuse_unsupported(spec, resize)
    budget = memory_limit() // 2 if memory_bytes is None else memory_bytes
    with open_source(spec, storage_factory, scratch) as source:
        layout = arrange(spec.uri, source.scan(), spec.classes, strip_top=is_archive(spec.uri))
        fractions = Fractions(spec.validation.resolved_fraction, spec.test.resolved_fraction if spec.test else None)
        least = fractions.least
        check_counts(spec.uri, layout.classes, layout.labels.values(), expected_classes, least)
        _check_budget(spec.uri, len(layout.pictures), height, width, budget)
        splitter = _Splitter(layout, fractions, seed)
        order = splitter.order([entry.path for entry in layout.pictures])
        by_path = {entry.path: entry for entry in layout.pictures}
        most = max(_COUNTED_IN_FULL, _tolerated(len(order)))
        pipeline = Pipeline(
            source,
            [by_path[path] for path in order],
            height,
            width,
            antialias=resize.antialias,
            most_broken=most,
        )
        decoded = pipeline.run(progress)
    _check_broken(spec.uri, decoded, len(order))
    kept = [path for path in order if path not in decoded.broken]
    check_counts(spec.uri, layout.classes, (layout.labels[path] for path in kept), None, least)
    train, validation, test = splitter.split(order, kept, decoded.images)
    return Dataset(
        train=train,
        validation=validation,
        test=test if fractions.test is not None else None,
        classes=layout.classes,
        digest=_digest(layout, decoded),
        skipped=tuple(SkippedFile(path, decoded.broken[path]) for path in sorted(decoded.broken)),
        ignored=layout.ignored,
        left_out=layout.left_out,
    )


class _Splitter:
    """Puts pictures in the order training, validation, test, so that all sides are views of one array."""

    def __init__(self, layout: Layout, fractions: Fractions, seed: int) -> None:
        self._layout, self._fractions, self._seed = layout, fractions, seed

    def order(self, paths: list[str]) -> list[str]:
        """All training paths, then all validation paths, then all test paths, each sorted."""
        aside = self._aside(paths)
        return sorted(paths, key=lambda path: (aside.side(path), path))

    def split(self, order: list[str], kept: list[str], images: Images) -> tuple[Examples, Examples, Examples]:
        """The three sides. `images` are in `order`; without broken ones nothing is copied."""
        final = self.order(kept)
        if final != order:
            row = {path: index for index, path in enumerate(order)}
            images = images[[row[path] for path in final]]
        aside = self._aside(final)
        first = len(final) - len(aside.validation) - len(aside.test)
        second = first + len(aside.validation)
        return (
            self._examples(final[:first], images[:first]),
            self._examples(final[first:second], images[first:second]),
            self._examples(final[second:], images[second:]),
        )

    def _aside(self, paths: list[str]) -> Aside:
        return set_aside(paths, self._layout.labels, self._fractions, self._seed)

    def _examples(self, paths: list[str], images: Images) -> Examples:
        labels = np.fromiter((self._layout.labels[path] for path in paths), np.int32, len(paths))
        return Examples(images, labels, tuple(paths))


def _refuse_unsupported(spec: DatasetSpec, resize: ResizeSpec) -> None:
    unsupported = {
        "dataset.validation.uri": spec.validation.uri is not None,
        "dataset.validation.groupBy": spec.validation.group_by is not None,
        "dataset.test.uri": spec.test is not None and spec.test.uri is not None,
        "dataset.fields": spec.fields is not None,
        f"input.resize.mode {resize.mode}": resize.mode != "Stretch",
    }
    for name, given in unsupported.items():
        if given:
            raise InvalidSpec(f"{name} is not supported yet.")


def _check_budget(uri: str, count: int, height: int, width: int, budget: int) -> None:
    needed = count * height * width * 3
    if needed > budget:
        raise DatasetInvalid(
            f"{uri}: {count:,} pictures of {height}x{width}x3 bytes need {needed // _MIB:,} MiB of memory; "
            f"at most {budget // _MIB:,} MiB may be used, so take smaller pictures or give the job more memory."
        )


def _tolerated(count: int) -> int:
    return max(1, int(count * _TOLERATED_SHARE))


def _check_broken(uri: str, decoded: Decoded, count: int) -> None:
    broken, tolerated = decoded.broken, _tolerated(count)
    if len(broken) <= tolerated:
        return
    least = "At least " if len(broken) > _COUNTED_IN_FULL else ""
    shown = "; ".join(f"{path} ({broken[path]})" for path in sorted(broken)[:_SHOWN])
    raise DatasetInvalid(
        f"{uri}: {least}{len(broken):,} of {count:,} pictures are broken, at most {tolerated:,} are tolerated: {shown}."
    )


def _digest(layout: Layout, decoded: Decoded) -> str:
    lines = (f"{entry.path}\t{entry.size}\t{decoded.tags[entry.path]}\n" for entry in layout.pictures)
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()
