"""Which format a dataset has, by what its files are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from ..contract.dataset import DatasetSpec
from ..errors import DatasetInvalid
from ..storage import Entry
from .archive import ARCHIVE_SUFFIXES, is_archive
from .formats.csv_pictures import top_tables
from .formats.tfrecord import is_shard
from .layout import class_folders

Format = Literal["ImageFolder", "ImageArchive", "TFRecord", "NPZ", "CSV"]

NPZ_SUFFIX = ".npz"
_FOLDERS: tuple[Format, ...] = ("ImageFolder", "TFRecord", "CSV")
_KINDS = f"archive ({' '.join(ARCHIVE_SUFFIXES)}), .csv, .npz nor .tfrecord"


def format_of_file(spec: DatasetSpec, uri: str) -> Format:
    """The format of a single file.

    Raises:
        DatasetInvalid: the name is that of another format than the spec says, or says nothing.
    """
    named, given = _format_by_name(uri), spec.format
    if named is None and given in (None, "ImageFolder", "ImageArchive"):
        raise DatasetInvalid(f"{uri} is a file, neither a folder of class folders nor an {_KINDS}.")
    if named is not None and given not in (None, named):
        raise DatasetInvalid(f"{uri} is {_WORDS[named]}, but dataset.format is {given}.")
    return named or given or "ImageFolder"


def format_of_folder(spec: DatasetSpec, uri: str, entries: Collection[Entry]) -> Format:
    """The format of a folder by what is in it. Raises DatasetInvalid when the spec says one that is a file."""
    if spec.format is not None:
        if spec.format not in _FOLDERS:
            raise DatasetInvalid(f"{uri} is not there or is a folder, but dataset.format is {spec.format}.")
        return spec.format
    if len(class_folders(entries)) > 1:
        return "ImageFolder"
    if shards_of(entries):
        return "TFRecord"
    return "CSV" if len(top_tables(entries)) == 1 else "ImageFolder"


def shards_of(entries: Collection[Entry]) -> list[str]:
    """Paths of the TFRecord files, sorted."""
    return sorted(entry.path for entry in entries if is_shard(entry.path))


_WORDS: dict[Format, str] = {
    "ImageArchive": "an archive",
    "CSV": "a CSV",
    "NPZ": "an .npz",
    "TFRecord": "a TFRecord file",
}


def _format_by_name(uri: str) -> Format | None:
    name = uri.rstrip("/").lower()
    if is_archive(name):
        return "ImageArchive"
    if name.endswith((".csv", ".tsv")):
        return "CSV"
    if name.endswith(NPZ_SUFFIX):
        return "NPZ"
    return "TFRecord" if is_shard(name) else None
