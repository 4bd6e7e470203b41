"""Filling: computes the chunks that are missing, beside other jobs that do the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..distribute.share import Share
from .chunk import Arrays
from .features import MemoryFeatures
from .spec import EntrySpec

Compute = Callable[[range], Arrays]
"""The features of some rows, one array a tensor."""
Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


class Fillable(Protocol):
    """An entry that chunks are put into."""

    spec: EntrySpec

    def missing(self) -> list[int]:
        """Chunks that nobody has put there yet."""
        ...

    def put(self, chunk: int, arrays: Arrays) -> None:
        """Takes the rows of a chunk; of two that put the same chunk, the first one is kept."""
        ...


def fill(entry: Fillable, compute: Compute, progress: Progress) -> int:
    """Fills what is missing and returns the number of chunks that were computed here.

    The next chunk is any of those that are missing then. So two fillers that know nothing of each other share the
    work, and compute the same chunk at the same time only by chance: about log2(chunks) times in all.
    """
    # Must differ between processes; nothing of the result depends on it.
    choice = random.SystemRandom()
    computed = 0
    while missing := entry.missing():
        progress(_rows(entry.spec, missing), entry.spec.rows)
        chunk = choice.choice(missing)
        entry.put(chunk, compute(entry.spec.chunk_range(chunk)))
        computed += 1
    progress(entry.spec.rows, entry.spec.rows)
    return computed


class Workers(Protocol):
    """The workers of a job (distribute.group.Group)."""

    share: Share

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum over all workers."""
        ...


def fill_together(entry: MemoryEntry, compute: Compute, progress: Progress, workers: Workers) -> int:
    """Fills an entry that each worker has in its own memory: each computes some chunks and hands them to all others.

    Returns:
        The number of chunks that were computed here.

    Raises:
        PeerLost: a worker is gone.
    """
    spec, share = entry.spec, workers.share
    computed = 0
    for chunk in range(spec.chunks):
        if chunk % share.count == 0:
            own = chunk + share.index
            made = compute(spec.chunk_range(own)) if own < spec.chunks else None
            computed += made is not None
        entry.put(chunk, _handed(spec, chunk, made if chunk == own else None, workers))
        progress(spec.chunk_range(chunk).stop, spec.rows)
    return computed


def _handed(spec: EntrySpec, chunk: int, made: Arrays | None, workers: Workers) -> Arrays:
    """The rows of a chunk that one worker has made, for all: bytes to which the others add nothing."""
    rows = len(spec.chunk_range(chunk))
    arrays = made or tuple(np.zeros((rows, *tensor.shape), tensor.numpy_dtype) for tensor in spec.tensors)
    return tuple(
        workers.total(np.ascontiguousarray(array).reshape(-1).view(np.uint8)).view(array.dtype).reshape(array.shape)
        for array in arrays
    )


class MemoryEntry:
    """An entry that only this process sees."""

    def __init__(self, spec: EntrySpec) -> None:
        self.spec = spec
        self.features = MemoryFeatures(spec)
        self._missing = set(range(spec.chunks))

    def missing(self) -> list[int]:
        """See Fillable."""
        return sorted(self._missing)

    def put(self, chunk: int, arrays: Arrays) -> None:
        """See Fillable."""
        self.features.put(chunk, arrays)
        self._missing.discard(chunk)


def _rows(spec: EntrySpec, missing: list[int]) -> int:
    return spec.rows - sum(len(spec.chunk_range(chunk)) for chunk in missing)
