"""Which source a dataset's URI stands for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..contract.dataset import DatasetSpec
from ..errors import DatasetInvalid, InvalidSpec, StorageUnavailable
from ..storage import Storage
from .archive import ARCHIVE_SUFFIXES, ArchiveFile, is_archive, open_archive
from .digits import DigitsSource
from .source import FolderSource, Source

StorageFactory = Callable[[str], Storage]

_SKLEARN = "sklearn://"
_SUPPORTED = ("ImageFolder", "ImageArchive")


@contextmanager
def open_source(spec: DatasetSpec, storage_factory: StorageFactory, scratch: Path) -> Iterator[Source]:
    """The files of a dataset.

    Raises:
        InvalidSpec: a format or named dataset that is not supported yet.
        DatasetInvalid: what is at the URI does not fit the format.
    """
    if spec.format not in (None, *_SUPPORTED):
        raise InvalidSpec(f"dataset.format {spec.format} is not supported yet; use {' or '.join(_SUPPORTED)}.")
    if spec.uri.startswith(_SKLEARN):
        yield _named(spec.uri)
        return
    storage = storage_factory(spec.uri)
    if not _holds_archive(spec, storage):
        yield FolderSource(storage)
        return
    with _archive_file(storage, scratch) as file, open_archive(file) as source:
        yield source


def _named(uri: str) -> Source:
    if uri.removeprefix(_SKLEARN).rstrip("/") != "digits":
        raise InvalidSpec(f"dataset.uri {uri} is not known; the dataset of sklearn:// is sklearn://digits.")
    return DigitsSource()


def _holds_archive(spec: DatasetSpec, storage: Storage) -> bool:
    is_file = storage.exists("")
    if is_file and not is_archive(spec.uri):
        kinds = " ".join(ARCHIVE_SUFFIXES)
        raise DatasetInvalid(f"{spec.uri} is a file, neither a folder of class folders nor an archive ({kinds}).")
    if is_file and spec.format == "ImageFolder":
        raise DatasetInvalid(f"{spec.uri} is an archive, but dataset.format is ImageFolder.")
    if not is_file and spec.format == "ImageArchive":
        raise DatasetInvalid(f"{spec.uri} is not there or is a folder, but dataset.format is ImageArchive.")
    return is_file


@contextmanager
def _archive_file(storage: Storage, scratch: Path) -> Iterator[ArchiveFile]:
    """The archive where it lies if it can be read in any order there, otherwise a copy that goes afterwards."""
    with storage.open("") as stream:
        local = stream.seekable()
        size = stream.seek(0, os.SEEK_END) if local else 0
    if local:
        yield ArchiveFile(storage.uri(), size, lambda: storage.open(""))
        return
    with tempfile.TemporaryDirectory(prefix="dataset-", dir=scratch) as folder:
        copy = Path(folder, "archive")
        try:
            storage.download("", copy)
        except OSError as error:
            raise StorageUnavailable(f"{storage.uri()} cannot be copied to {scratch}: {error.strerror}.") from error
        yield ArchiveFile(storage.uri(), copy.stat().st_size, lambda: copy.open("rb"))
