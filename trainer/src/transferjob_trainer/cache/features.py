"""Rows of an entry, by number: from memory, or from files that are mapped into it."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .chunk import HEADER_BYTES, Arrays
from .spec import EntrySpec

Rows = NDArray[np.int64]


class Features(Protocol):
    """The features of all pictures."""

    spec: EntrySpec

    def rows(self, numbers: Rows) -> Arrays:
        """One new array a tensor, [len(numbers), *shape], in the order of the numbers."""
        ...


class MemoryFeatures:
    """Features in memory, filled in place."""

    def __init__(self, spec: EntrySpec) -> None:
        self.spec = spec
        self.arrays: Arrays = tuple(np.zeros((spec.rows, *tensor.shape), tensor.numpy_dtype) for tensor in spec.tensors)

    def put(self, chunk: int, arrays: Sequence[NDArray[Any]]) -> None:
        """Takes the rows of a chunk."""
        rows = self.spec.chunk_range(chunk)
        for whole, part in zip(self.arrays, arrays, strict=True):
            whole[rows.start : rows.stop] = part

    def rows(self, numbers: Rows) -> Arrays:
        """See Features."""
        return tuple(array[numbers] for array in self.arrays)


class MappedFeatures:
    """Features in files. What the process has not touched lately, the kernel may drop: a cache may be larger than
    the memory."""

    def __init__(self, spec: EntrySpec, maps: Sequence[mmap.mmap]) -> None:
        self.spec = spec
        self._maps = maps
        self._views = [self._tensors(chunk) for chunk in range(spec.chunks)]
        # Reading ahead around a random row would read what is not wanted.
        for mapped in maps:
            _advise(mapped, mmap.MADV_RANDOM, 0, len(mapped))

    def rows(self, numbers: Rows) -> Arrays:
        """See Features."""
        places = [divmod(int(number), self.spec.chunk_rows) for number in numbers]
        self._announce(places)
        made = tuple(np.empty((len(places), *tensor.shape), tensor.numpy_dtype) for tensor in self.spec.tensors)
        for index, (chunk, row) in enumerate(places):
            for whole, part in zip(made, self._views[chunk], strict=True):
                whole[index] = part[row]
        return made

    def _announce(self, places: list[tuple[int, int]]) -> None:
        """Has the kernel read all rows at once instead of one after the other as they are touched."""
        for chunk, row in places:
            offset = HEADER_BYTES
            rows = len(self.spec.chunk_range(chunk))
            for tensor in self.spec.tensors:
                _advise(self._maps[chunk], mmap.MADV_WILLNEED, offset + row * tensor.row_bytes, tensor.row_bytes)
                offset += rows * tensor.row_bytes

    def _tensors(self, chunk: int) -> list[NDArray[Any]]:
        views, offset, rows = [], HEADER_BYTES, len(self.spec.chunk_range(chunk))
        for tensor in self.spec.tensors:
            flat = np.frombuffer(self._maps[chunk], np.uint8, rows * tensor.row_bytes, offset)
            views.append(flat.view(tensor.numpy_dtype).reshape(rows, *tensor.shape))
            offset += rows * tensor.row_bytes
        return views


def _advise(mapped: mmap.mmap, advice: int, start: int, length: int) -> None:
    first = start - start % mmap.PAGESIZE
    with suppress(OSError):
        mapped.madvise(advice, first, start + length - first)
