"""keras:// names: datasets as Keras' loaders leave them in its cache folder. Nothing is downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import DatasetInvalid, InvalidSpec
from ..storage import Storage
from .archive import ArchiveFile
from .formats.cifar import MAX_BATCH_BYTES, read_batch, read_names
from .formats.fields import Wanted
from .formats.idx import idx_rows
from .formats.npz import NpzPictures
from .formats.rows import RowPictures, Rows
from .source import LabelledSource

NAMES = ("mnist", "fashion_mnist", "cifar10", "cifar100")
PARTS = ("train", "test")
_SCHEME = "keras://"
_FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def open_named(uri: str, cache: Storage) -> LabelledSource:
    """The pictures of keras://name (the part to train on) or keras://name/test.

    Args:
        uri: the dataset.
        cache: the folder `datasets` of Keras' cache.

    Raises:
        InvalidSpec: an unknown name.
        DatasetInvalid: it is not in the cache.
    """
    name, _, part = uri.removeprefix(_SCHEME).rstrip("/").partition("/")
    if name not in NAMES or part not in ("", *PARTS):
        raise InvalidSpec(f"{uri} is not known; keras:// has {', '.join(NAMES)}, each with /train (default) or /test.")
    return _Named(uri, cache, part or "train").opened(name)


def datasets_folder(home: Path | None) -> Path:
    """The folder in which Keras keeps datasets: KERAS_HOME, or .keras in the home folder, and `datasets` in it."""
    return (home or Path.home() / ".keras") / "datasets"


class _Named:
    def __init__(self, uri: str, cache: Storage, part: str) -> None:
        self._uri, self._cache, self._part = uri, cache, part

    def opened(self, name: str) -> LabelledSource:
        if name == "mnist":
            return self._mnist()
        if name == "fashion_mnist":
            return RowPictures(self._uri, self._fashion)
        return RowPictures(self._uri, self._cifar10 if name == "cifar10" else self._cifar100)

    def _mnist(self) -> LabelledSource:
        path = self._found("mnist.npz")
        with self._cache.open(path) as stream:
            size = stream.seek(0, os.SEEK_END)
        file = ArchiveFile(self._cache.uri(path), size, lambda: self._cache.open(path))
        return NpzPictures(file, Wanted(f"x_{self._part}", f"y_{self._part}"))

    def _fashion(self) -> Rows:
        stem = "train" if self._part == "train" else "t10k"
        with (
            self._stream(f"fashion-mnist/{stem}-images-idx3-ubyte.gz") as (images, images_name),
            self._stream(f"fashion-mnist/{stem}-labels-idx1-ubyte.gz") as (labels, labels_name),
        ):
            numbers = [int(label) for label in idx_rows(labels, labels_name, 1)]
            count = -1
            for count, pixels in enumerate(idx_rows(images, images_name, 3)):
                yield pixels, _label(labels_name, numbers, count, _FASHION)
            if count + 1 != len(numbers):
                raise DatasetInvalid(f"{labels_name} has {len(numbers):,} labels for {count + 1:,} pictures.")

    def _cifar10(self) -> Rows:
        batches = [f"data_batch_{number}" for number in range(1, 6)] if self._part == "train" else ["test_batch"]
        yield from self._batches("cifar-10-batches-py", batches, "labels", ("batches.meta", "label_names"))

    def _cifar100(self) -> Rows:
        yield from self._batches("cifar-100-python", [self._part], "fine_labels", ("meta", "fine_label_names"))

    def _batches(self, folder: str, names: list[str], label_key: str, meta: tuple[str, str]) -> Rows:
        outer = {"cifar-10-batches-py": "cifar-10-batches-py-target", "cifar-100-python": "cifar-100-python-target"}
        folder = self._folder((f"{outer[folder]}/{folder}", folder), names[0])
        classes = read_names(*self._read(f"{folder}/{meta[0]}"), meta[1])
        for name in names:
            data, where = self._read(f"{folder}/{name}")
            images, labels = read_batch(data, where, label_key)
            for row, pixels in enumerate(images):
                yield pixels, _label(where, labels, row, classes)

    def _folder(self, candidates: tuple[str, ...], name: str) -> str:
        """Where a version of Keras has unpacked it."""
        found = next((folder for folder in candidates if self._cache.exists(f"{folder}/{name}")), candidates[0])
        self._found(f"{found}/{name}")
        return found

    def _found(self, path: str) -> str:
        if not self._cache.exists(path):
            raise DatasetInvalid(
                f"{self._uri} needs {self._cache.uri(path)}, which is not there; nothing is downloaded, so fill Keras'"
                " cache folder beforehand and name it in KERAS_HOME."
            )
        return path

    def _read(self, path: str) -> tuple[bytes, str]:
        return self._cache.read(self._found(path), MAX_BATCH_BYTES), self._cache.uri(path)

    @contextmanager
    def _stream(self, path: str) -> Iterator[tuple[BinaryIO, str]]:
        with self._cache.open(self._found(path)) as stream:
            yield stream, self._cache.uri(path)


def _label(name: str, labels: list[int], row: int, classes: list[str] | tuple[str, ...]) -> str:
    """The class of a row. Raises DatasetInvalid for a row without label, or one out of range."""
    if row >= len(labels):
        raise DatasetInvalid(f"{name} has {len(labels):,} labels, too few for its pictures.")
    if not 0 <= labels[row] < len(classes):
        raise DatasetInvalid(f"{name} has label {labels[row]} at row {row}; 0 to {len(classes) - 1} are its classes.")
    return classes[labels[row]]
