"""The list of members at a .zip's end, looked at before zipfile takes all of it into memory."""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

from ..errors import DatasetInvalid
from .member import MAX_MEMBERS

MAX_DIRECTORY_BYTES = 512 << 20
"""Two million members of 210 characters each."""
_HEADER_BYTES, _HEADER = 46, b"PK\x01\x02"
_LENGTHS = struct.Struct("<3H")
"""Of name, extra field and comment, at byte 28 of a member's header."""
_END_64, _END_64_BYTES = b"PK\x06\x06", 76
"""Record and locator of large archives, between the list and the end record."""


def check_directory(stream: BinaryIO, name: str) -> None:
    """Raises DatasetInvalid where a .zip lists more members, or more about them, than are accepted.

    What is no .zip passes: zipfile says what is wrong with it.
    """
    # The very reading that zipfile makes: nothing can tell us another place than it.
    end = zipfile._EndRecData(stream)  # type: ignore[attr-defined]
    if end is None:
        return
    signature, size, place = end[0], end[5], end[9]
    if size > MAX_DIRECTORY_BYTES:
        raise DatasetInvalid(
            f"The archive {name} is refused: its list of members has {size:,} bytes; at most"
            f" {MAX_DIRECTORY_BYTES:,} are accepted."
        )
    start = place - size - (_END_64_BYTES if signature == _END_64 else 0)
    if size > MAX_MEMBERS * _HEADER_BYTES and _more_than(MAX_MEMBERS, stream, start):
        raise DatasetInvalid(f"The archive {name} is refused: at most {MAX_MEMBERS:,} members are accepted.")


def _more_than(most: int, stream: BinaryIO, start: int) -> bool:
    """Whether more than so many members are listed from a place on."""
    stream.seek(max(0, start))
    for _ in range(most):
        header = stream.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_HEADER):
            return False
        stream.seek(sum(_LENGTHS.unpack_from(header, 28)), 1)
    return stream.read(len(_HEADER)) == _HEADER
