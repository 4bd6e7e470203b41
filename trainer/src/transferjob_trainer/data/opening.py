"""From a dataset's URI to its pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..contract.dataset import DatasetSpec, FieldsSpec
from ..contract.uri import DATASET_SCHEMES, parse_uri
from ..errors import InvalidSpec, StorageUnavailable
from ..storage import Storage
from .archive import ArchiveFile, open_archive
from .detect import Format, format_of_file, format_of_folder, shards_of
from .digits import DigitsSource
from .formats.csv_pictures import CsvPictures, only_table
from .formats.fields import Wanted
from .formats.folder import ClassFolders
from .formats.npz import NpzPictures
from .formats.tfrecord import TFRecordPictures
from .keras_cache import datasets_folder, open_named
from .source import FolderSource, LabelledSource

StorageFactory = Callable[[str], Storage]

GROUP_OF_FOLDERS = "folder"
"""What dataset.validation.groupBy names where classes are folders: the folder inside the class folder."""
_SKLEARN, _KERAS = _NAMED = ("sklearn://", "keras://")


@contextmanager
def open_pictures(
    spec: DatasetSpec, uri: str, storage_factory: StorageFactory, scratch: Path, keras_home: Path | None
) -> Iterator[LabelledSource]:
    """The pictures at a URI, in the format that the spec says or that is seen there.

    Args:
        spec: the dataset's part of the spec.
        uri: of the dataset itself, or of one of its own for validation or test.
        storage_factory: opens the storage of a URI.
        scratch: folder for a file that must be downloaded first.
        keras_home: Keras' folder, in which keras:// names are looked up; None: .keras in the home folder.

    Raises:
        InvalidSpec: an unknown named dataset, or a field that does not apply to the format.
        DatasetInvalid: what is at the URI does not fit the format.
    """
    if uri.startswith(_NAMED):
        yield _named(spec, uri, storage_factory, keras_home)
        return
    storage = storage_factory(uri)
    if not storage.exists(""):
        yield _in_folder(spec, uri, storage)
        return
    with _in_file(spec, uri, storage, storage_factory, scratch) as pictures:
        yield pictures


def _named(spec: DatasetSpec, uri: str, storage_factory: StorageFactory, keras_home: Path | None) -> LabelledSource:
    for field, value in (
        ("format", spec.format),
        ("fields", spec.fields),
        ("validation.groupBy", spec.validation.group_by),
    ):
        if value is not None:
            raise InvalidSpec(
                f"dataset.{field} does not apply to {uri}, a dataset that is known by its name; leave it out."
            )
    if uri.startswith(_KERAS):
        return open_named(uri, storage_factory(f"file://{datasets_folder(keras_home)}"))
    if uri.removeprefix(_SKLEARN).rstrip("/") != "digits":
        raise InvalidSpec(f"dataset.uri {uri} is not known; the dataset of sklearn:// is sklearn://digits.")
    return ClassFolders(uri, DigitsSource(), kind=uri)


def _in_folder(spec: DatasetSpec, uri: str, storage: Storage) -> LabelledSource:
    source = FolderSource(storage)
    entries = source.scan()
    kind = format_of_folder(spec, uri, entries)
    if kind == "TFRecord":
        return TFRecordPictures(storage, lambda: shards_of(source.scan()), _wanted(spec))
    if kind == "CSV":
        return CsvPictures(storage, only_table(uri, entries), _wanted(spec))
    return _folders(spec, uri, ClassFolders(uri, source, kind="ImageFolder", known=entries, grouped=_grouped(spec)))


@contextmanager
def _in_file(
    spec: DatasetSpec, uri: str, storage: Storage, storage_factory: StorageFactory, scratch: Path
) -> Iterator[LabelledSource]:
    kind: Format = format_of_file(spec, uri)
    if kind == "CSV":
        folder, name = _split(uri)
        yield CsvPictures(storage_factory(folder), name, _wanted(spec))
    elif kind == "TFRecord":
        yield TFRecordPictures(storage, lambda: [""], _wanted(spec))
    elif kind == "NPZ":
        with _seekable(storage, scratch) as file:
            yield NpzPictures(file, _wanted(spec))
    else:
        with _seekable(storage, scratch) as file, open_archive(file) as source:
            folders = ClassFolders(uri, source, kind="ImageArchive", strip_top=True, grouped=_grouped(spec))
            yield _folders(spec, uri, folders)


def _wanted(spec: DatasetSpec) -> Wanted:
    fields = spec.fields or FieldsSpec()
    return Wanted(fields.image, fields.label, spec.validation.group_by)


def _grouped(spec: DatasetSpec) -> bool:
    return spec.validation.group_by is not None


def _folders(spec: DatasetSpec, uri: str, folders: ClassFolders) -> LabelledSource:
    """The same. Raises InvalidSpec for fields that name nothing where classes are folders."""
    if spec.fields is not None:
        raise InvalidSpec(f"dataset.fields applies to CSV, TFRecord and NPZ; the classes of {uri} are its folders.")
    if spec.validation.group_by not in (None, GROUP_OF_FOLDERS):
        raise InvalidSpec(
            f"dataset.validation.groupBy must be {GROUP_OF_FOLDERS!r} where classes are folders, which means the"
            f" folder inside the class folder, got {spec.validation.group_by!r}; columns, features and arrays are"
            " those of CSV, TFRecord and NPZ."
        )
    return folders


def _split(uri: str) -> tuple[str, str]:
    """URI of the folder and name of the file."""
    location = parse_uri(uri, DATASET_SCHEMES)
    folder, _, name = location.path.rstrip("/").rpartition("/")
    return str(type(location)(location.scheme, location.authority, folder)), name


@contextmanager
def _seekable(storage: Storage, scratch: Path) -> Iterator[ArchiveFile]:
    """The file where it lies if it can be read in any order there, otherwise a copy that goes afterwards."""
    with storage.open("") as stream:
        local = stream.seekable()
        size = stream.seek(0, os.SEEK_END) if local else 0
    if local:
        yield ArchiveFile(storage.uri(), size, lambda: storage.open(""))
        return
    with tempfile.TemporaryDirectory(prefix="dataset-", dir=scratch) as folder:
        copy = Path(folder, "copy")
        try:
            storage.download("", copy)
        except OSError as error:
            raise StorageUnavailable(f"{storage.uri()} cannot be copied to {scratch}: {error.strerror}.") from error
        yield ArchiveFile(storage.uri(), copy.stat().st_size, lambda: copy.open("rb"))
