"""Arrays inside an .npz, by their headers and as streams of rows: never through pickle, never whole in memory."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DatasetInvalid
from ..archive import damage
from ..member import MAX_RATIO, RATIO_SLACK

_SUFFIX = ".npy"
_MAX_ARRAYS = 1_000


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """What an array says of itself."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    bytes_before: int
    """Bytes of the header."""
    crc: str
    """CRC-32 of the whole member, in hex, as the archive has it."""

    @property
    def row_bytes(self) -> int:
        """Bytes of one row: everything but the first axis."""
        return int(math.prod(self.shape[1:])) * self.dtype.itemsize


class ArrayFile:
    """The arrays of an open .npz."""

    def __init__(self, name: str, size: int, archive: zipfile.ZipFile) -> None:
        """Raises DatasetInvalid for a bomb. `name` is the URI, `size` the bytes of the file."""
        self._name, self._archive = name, archive
        members = archive.infolist()
        self._members = {info.filename.removesuffix(_SUFFIX): info for info in members}
        if len(members) > _MAX_ARRAYS:
            raise self._refused(f"holds {len(members):,} arrays, at most {_MAX_ARRAYS:,} are accepted")
        most, declared = max(RATIO_SLACK, size * MAX_RATIO), sum(info.file_size for info in members)
        if declared > most:
            raise self._refused(f"unpacks to {declared:,} bytes, at most {most:,} are accepted")

    @property
    def names(self) -> list[str]:
        """Names of the arrays."""
        return list(self._members)

    def header(self, name: str) -> ArrayHeader:
        """The header of an array. Raises DatasetInvalid when it is none, or one that needs pickle."""
        info = self._members[name]
        with self._opened(name) as stream:
            shape, fortran, dtype = self._read_header(name, stream)
            header = ArrayHeader(name, shape, dtype, stream.tell(), f"{info.CRC:08x}")
        if dtype.hasobject:
            raise self._refused(f"holds {name!r} as pickled objects, which are never loaded; save plain numbers")
        if fortran and len(shape) > 1:
            raise self._refused(f"holds {name!r} in Fortran order; save numpy.ascontiguousarray of it")
        self._check_size(header, info.file_size)
        return header

    def rows(self, header: ArrayHeader) -> Iterator[NDArray[Any]]:
        """The rows of an array from the first to the last, and its checksum at the end.

        Raises:
            DatasetInvalid: damaged, or a wrong checksum.
        """
        with self._opened(header.name) as stream:
            stream.read(header.bytes_before)
            for _ in range(header.shape[0]):
                with damage(self._name):
                    data = stream.read(header.row_bytes)
                    if len(data) < header.row_bytes:
                        raise EOFError("it ends early")
                yield np.frombuffer(data, header.dtype).reshape(header.shape[1:])
            with damage(self._name):
                stream.read(1)

    def whole(self, header: ArrayHeader, most: int) -> NDArray[Any]:
        """A small array. Raises DatasetInvalid when it has more than `most` bytes."""
        needed = header.shape[0] * header.row_bytes
        if needed > most:
            raise self._refused(f"holds {header.name!r} with {needed:,} bytes, at most {most:,} are accepted")
        with self._opened(header.name) as stream, damage(self._name):
            data = stream.read()[header.bytes_before :]
        return np.frombuffer(data, header.dtype).reshape(header.shape)

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        with damage(self._name):
            stream = self._archive.open(self._members[name])
        with stream:
            yield stream

    def _read_header(self, name: str, stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
        """Shape, whether in Fortran order, and type."""
        try:
            with damage(self._name):
                return _parsed(stream)
        except DatasetInvalid:
            raise
        except Exception as error:
            # The header is a piece of Python, and numpy's parser raises whatever Python's does.
            raise self._refused(f"holds {name!r}, whose header cannot be read ({type(error).__name__})") from error

    def _check_size(self, header: ArrayHeader, size: int) -> None:
        expected = header.bytes_before + int(math.prod(header.shape)) * header.dtype.itemsize
        if size != expected:
            raise self._refused(
                f"holds {header.name!r} with {size:,} bytes, but its shape {list(header.shape)} needs {expected:,}"
            )

    def _refused(self, why: str) -> DatasetInvalid:
        return DatasetInvalid(f"{self._name} {why}.")


def _parsed(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        found = np.lib.format.read_array_header_1_0(stream)
    elif version == (2, 0):
        found = np.lib.format.read_array_header_2_0(stream)
    else:
        raise ValueError(f"version {version[0]}.{version[1]} of the format holds structures, not numbers")
    if min(found[0], default=0) < 0:
        raise ValueError(f"its shape is {list(found[0])}")
    return found
