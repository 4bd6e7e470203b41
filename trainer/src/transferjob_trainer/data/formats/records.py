"""Records of a TFRecord file: length, masked CRC-32C of the length, data, masked CRC-32C of the data.

The format is that of TensorFlow's record_writer.h; read here without TensorFlow, one record in memory at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

import google_crc32c

from ...errors import DatasetInvalid
from ..source import MAX_FILE_BYTES

MAX_RECORD_BYTES = MAX_FILE_BYTES + (1 << 20)
"""A picture's largest file, and what is said of it."""

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_MASK_DELTA = 0xA282EAD8


def masked_crc(data: bytes) -> int:
    """CRC-32C as TFRecord files store it: rotated, plus a constant."""
    crc = int(google_crc32c.value(data))
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def read_records(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The records from front to back.

    Args:
        stream: the file.
        name: its URI, for sentences.

    Raises:
        DatasetInvalid: truncated, a wrong checksum, or a record larger than is accepted.
    """
    reader = _Reader(stream, name)
    while (record := reader.next()) is not None:
        yield record


class _Reader:
    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self._count = 0
        self._position = 0

    def next(self) -> bytes | None:
        """The next record; None at the end."""
        header = self._stream.read(_HEADER.size)
        if not header:
            return None
        record = self._body(self._length(header))
        self._position += _HEADER.size + len(record) + _FOOTER.size
        self._count += 1
        return record

    def _length(self, header: bytes) -> int:
        if len(header) < _HEADER.size:
            raise self._damaged("is truncated")
        length, crc = _HEADER.unpack(header)
        if crc != masked_crc(header[:8]):
            raise self._damaged(
                "has a length with a wrong CRC" if self._count else "has a length with a wrong CRC, or this is none"
            )
        if length > MAX_RECORD_BYTES:
            raise self._damaged(f"has {length:,} bytes, at most {MAX_RECORD_BYTES:,} are accepted")
        return int(length)

    def _body(self, length: int) -> bytes:
        record = self._stream.read(length)
        footer = self._stream.read(_FOOTER.size)
        if len(record) < length or len(footer) < _FOOTER.size:
            raise self._damaged("is truncated")
        if _FOOTER.unpack(footer)[0] != masked_crc(record):
            raise self._damaged("has data with a wrong CRC")
        return record

    def _damaged(self, why: str) -> DatasetInvalid:
        before = f"; the {self._count:,} before it are whole" if self._count else ""
        record = f"record {self._count + 1:,}, at byte {self._position:,}"
        return DatasetInvalid(f"The TFRecord file {self._name} is damaged: {record}, {why}{before}.")
