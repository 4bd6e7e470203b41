"""Filling: computes the chunks that are missing, beside other jobs that do the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

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
