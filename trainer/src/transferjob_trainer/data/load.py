"""Load a dataset: list, check, split; then read and decode, if anybody needs the pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..container import memory_limit
from ..contract.dataset import DatasetSpec
from ..contract.image_input import ResizeSpec
from ..errors import DatasetInvalid
from .catalogue import Catalogue
from .layout import Layout
from .opening import StorageFactory, open_pictures
from .parts import Parts
from .pipeline import Decoded, Pipeline, ProgressCallback
from .source import LabelledSource
from .split import TEST, VALIDATION, Fractions
from .types import Dataset, Images

_TOLERATED_SHARE = 0.01
_COUNTED_IN_FULL = 100
"""Broken pictures are counted up to here before a hopeless dataset is given up."""
_SHOWN = 5
_MIB = 1 << 20
Lister = Callable[[], Layout]


def no_progress(_done: int, _total: int) -> None:
    """For callers that do not watch."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """What pictures become."""

    height: int
    width: int
    resize: ResizeSpec


class OpenDataset:
    """A dataset whose pictures are listed and can be read."""

    def __init__(
        self, catalogue: Catalogue, source: LabelledSource, picture: PictureFormat, budget: int, list_: Lister
    ) -> None:
        self.catalogue = catalogue
        self._source, self._picture, self._budget, self._list = source, picture, budget, list_

    def unchanged(self) -> bool:
        """Lists the pictures again: whether they are still those that were listed first.

        Raises:
            DatasetInvalid: there is no dataset any more.
            StorageDenied: rights are missing.
            StorageUnavailable: the storage does not answer.
        """
        return replace(self.catalogue, layout=self._list()).listing == self.catalogue.listing

    def load(self, progress: ProgressCallback = no_progress) -> Dataset:
        """Reads and decodes all pictures into memory.

        Raises:
            DatasetInvalid: they need too much memory, or too many are broken.
            StorageDenied: rights are missing.
            StorageUnavailable: the storage does not answer.
        """
        catalogue, picture = self.catalogue, self._picture
        _check_budget(catalogue.uri, len(catalogue.paths), picture.height, picture.width, self._budget)
        order = catalogue.order(catalogue.paths)
        decoded = self._pipeline(order).run(progress)
        _check_broken(catalogue.uri, decoded, len(order))
        return catalogue.dataset(order, decoded.images, decoded.tags, decoded.broken)

    def pictures(self, paths: Sequence[str]) -> dict[str, Images]:
        """Reads and decodes a few pictures; broken ones are left out. Raises what `load` raises of the storage."""
        decoded = self._pipeline(paths).run(no_progress)
        return {path: decoded.images[row] for row, path in enumerate(paths) if path not in decoded.broken}

    def _pipeline(self, paths: Sequence[str]) -> Pipeline:
        picture, by_path = self._picture, {entry.path: entry for entry in self.catalogue.layout.pictures}
        return Pipeline(
            self._source,
            [by_path[path] for path in paths],
            picture.height,
            picture.width,
            how=picture.resize,
            most_broken=max(_COUNTED_IN_FULL, _tolerated(len(paths))),
        )


@contextmanager
def open_dataset(
    spec: DatasetSpec,
    picture: PictureFormat,
    *,
    seed: int,
    storage_factory: StorageFactory,
    scratch: Path,
    expected_classes: int | None = None,
    memory_bytes: int | None = None,
    keras_home: Path | None = None,
) -> Iterator[OpenDataset]:
    """Lists the pictures of a job's dataset; none is read before `load` is called.

    Args:
        spec: the dataset's part of the spec.
        picture: size of the pictures and how others are brought to it.
        seed: decides, with each picture's path, its side of the split.
        storage_factory: opens the storage of a URI; give it `absent=DatasetInvalid`.
        scratch: folder for an archive that must be downloaded first.
        expected_classes: number of classes that the dataset must have (head.classes).
        memory_bytes: most that the decoded pictures may take. Default: half of the memory that this process may use.
        keras_home: Keras' folder, in which keras:// names are looked up. Default: .keras in the home folder.

    Raises:
        DatasetInvalid: the dataset cannot be trained on.
        InvalidSpec: a field that does not apply to the format, or a scheme that is not supported yet.
        StorageDenied: rights are missing.
        StorageUnavailable: the storage does not answer.
    """
    budget = memory_limit() // 2 if memory_bytes is None else memory_bytes
    with _open_parts(spec, storage_factory, scratch, keras_home) as pictures:

        def listed() -> Layout:
            return pictures.layout(spec.classes)

        catalogue = Catalogue(spec.uri, listed(), _fractions(spec), seed)
        catalogue.check(expected_classes)
        yield OpenDataset(catalogue, pictures, picture, budget, listed)


def load_dataset(
    spec: DatasetSpec,
    *,
    height: int,
    width: int,
    resize: ResizeSpec,
    seed: int,
    storage_factory: StorageFactory,
    scratch: Path,
    progress: ProgressCallback = no_progress,
    expected_classes: int | None = None,
    memory_bytes: int | None = None,
    keras_home: Path | None = None,
) -> Dataset:
    """Lists and loads the dataset of a job at once; see open_dataset."""
    with open_dataset(
        spec,
        PictureFormat(height, width, resize),
        seed=seed,
        storage_factory=storage_factory,
        scratch=scratch,
        expected_classes=expected_classes,
        memory_bytes=memory_bytes,
        keras_home=keras_home,
    ) as dataset:
        return dataset.load(progress)


@contextmanager
def _open_parts(
    spec: DatasetSpec, storage_factory: StorageFactory, scratch: Path, keras_home: Path | None
) -> Iterator[Parts]:
    uris = {VALIDATION: spec.validation.uri, TEST: spec.test.uri if spec.test else None}
    with ExitStack() as stack:

        def opened(uri: str) -> LabelledSource:
            return stack.enter_context(open_pictures(spec, uri, storage_factory, scratch, keras_home))

        main = opened(spec.uri)
        yield Parts(main, {side: (uri, opened(uri)) for side, uri in uris.items() if uri is not None})


def _fractions(spec: DatasetSpec) -> Fractions:
    """Shares of the main dataset."""
    return Fractions(spec.validation.resolved_fraction, spec.test.resolved_fraction if spec.test else None)


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
        f"{uri}: {least}{len(broken):,} of {count:,} pictures are broken, at most {tolerated:,} may be: {shown}."
    )
