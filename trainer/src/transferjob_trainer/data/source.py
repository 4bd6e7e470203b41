"""Where the files of a dataset come from, behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Protocol

from ..storage import Entry, Storage

MAX_FILE_BYTES = 64 << 20
"""A picture's file may not be larger."""

Fetch = Callable[[], bytes]
"""Reads one file; of a file over MAX_FILE_BYTES, one byte more than that."""


class Source(Protocol):
    """Named files with content."""

    def scan(self) -> list[Entry]:
        """All files. Raises DatasetInvalid when the source cannot be read at all."""
        ...

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """The wanted files, in the source's own order; each is read when its Fetch is called, in any thread."""
        ...


class FolderSource:
    """The files below a storage's location."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def scan(self) -> list[Entry]:
        """See Source."""
        return list(self._storage.list())

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See Source."""
        for path in wanted:
            yield path, lambda path=path: self._storage.read(path, MAX_FILE_BYTES)  # type: ignore[misc]
