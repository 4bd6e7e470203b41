"""Load a dataset: scan, check, split, decode, digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..contract.dataset import DatasetSpec
from ..contract.image_input import ResizeSpec
from ..storage import Storage
from .types import Dataset

StorageFactory = Callable[[str], Storage]
ProgressCallback = Callable[[int, int], None]


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
    raise NotImplementedError
