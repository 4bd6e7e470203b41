"""format TFRecord: shards of tf.train.Example records with an encoded picture and its label."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Iterator
from functools import partial

from ...errors import DatasetInvalid
from ...storage import Entry, Storage
from ..layout import Layout
from ..source import Fetch
from .example import Feature, feature_names, read_features
from .fields import TFRECORD, Chosen, Wanted, choose_fields
from .labels import MAX_ROWS, Row, clean_label, layout_of_rows
from .problems import Problems, quoted
from .records import read_records

_SHARD = re.compile(r"(\.tfrecords?|\.tfrec)(-\d+-of-\d+)?$|-\d{5}-of-\d{5}$", re.IGNORECASE)


def is_shard(path: str) -> bool:
    """Whether the name is that of a TFRecord file: x.tfrecord, x.tfrecord-00000-of-00010, x-00000-of-00010."""
    return _SHARD.search(path) is not None


class TFRecordPictures:
    """The pictures of one or several TFRecord files, read from front to back: once for the labels, once for the
    content."""

    def __init__(self, storage: Storage, shards: Callable[[], list[str]], wanted: Wanted) -> None:
        """Paths of the files, "" for the location itself."""
        self._storage, self._shards, self._wanted = storage, shards, wanted
        self._uri = storage.uri()
        self._chosen: Chosen | None = None

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource."""
        shards = self._shards()
        problems, rows, count = Problems(self._uri, "records"), list[Row](), 0
        for path, record in self._records(shards):
            count += 1
            if count > MAX_ROWS:
                raise DatasetInvalid(f"{self._uri} has more than {MAX_ROWS:,} records; as many are accepted.")
            try:
                rows.append(self._row(path, record))
            except ValueError as error:
                problems.add(path, str(error))
        problems.require_none(count)
        seen = f"TFRecord: {count:,} records in {len(shards):,} files"
        return layout_of_rows(self._uri, rows, listed, seen=seen)

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        wanted = set(wanted)
        for path, record in self._records(self._shards()):
            if path in wanted:
                yield path, partial(bytes, self._image(record))

    def _records(self, shards: list[str]) -> Iterator[tuple[str, bytes]]:
        """Each record with its name: the file's, and its number from 0."""
        for shard in shards:
            name = shard or self._uri.rpartition("/")[2]
            with self._storage.open(shard) as stream:
                for number, record in enumerate(read_records(stream, self._storage.uri(shard))):
                    yield f"{name}#{number:08d}", record

    def _row(self, path: str, record: bytes) -> Row:
        features = read_features(record, self._fields(record).all)
        chosen = self._fields(record)
        image = _image(features.get(chosen.image), chosen.image)
        label = _text(features.get(chosen.label), chosen.label)
        group = None if chosen.group is None else _text(features.get(chosen.group), chosen.group)
        return Row(Entry(path, len(image), "", f"{zlib.crc32(image):08x}"), label, group)

    def _image(self, record: bytes) -> bytes:
        # The files may have been written again since their labels were read.
        name = self._fields(record).image
        try:
            return _image(read_features(record, {name}).get(name), name)
        except ValueError as error:
            raise DatasetInvalid(f"{self._uri} changed while it was read: a record {error}.") from error

    def _fields(self, record: bytes) -> Chosen:
        """Names of the features; the first record tells which there are."""
        if self._chosen is None:
            self._chosen = choose_fields(self._uri, TFRECORD, self._wanted, feature_names(record))
        return self._chosen


def _image(feature: Feature | None, name: str) -> bytes:
    value = _only(feature, name)
    if not isinstance(value, bytes):
        raise ValueError(f"has no encoded picture in {quoted(name)}, but a number")
    return value


def _text(feature: Feature | None, name: str) -> str:
    value = _only(feature, name)
    if isinstance(value, int):
        return clean_label(str(value))
    try:
        return clean_label(value.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"has a label in {quoted(name)} that is not UTF-8") from error


def _only(feature: Feature | None, name: str) -> bytes | int:
    if feature is None or (feature.kind != "float" and not feature.values):
        raise ValueError(f"has no feature {quoted(name)}")
    if feature.kind == "float":
        raise ValueError(f"has floating-point numbers in {quoted(name)}")
    if len(feature.values) > 1:
        raise ValueError(f"has {len(feature.values):,} values in {quoted(name)}, one is expected")
    return feature.values[0]
