"""Where the files of a dataset come from, behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from ..storage import Entry, Storage
from .types import Images

if TYPE_CHECKING:
    from .layout import Layout

MAX_FILE_BYTES = 64 << 20
"""A picture's file may not be larger."""

Fetch = Callable[[], bytes | Images]
"""Reads one picture: its file (of one over MAX_FILE_BYTES, one byte more than that) or its pixels, [h, w, 3]."""


class Source(Protocol):
    """Named files with content."""

    def scan(self) -> list[Entry]:
        """All files. Raises DatasetInvalid when the source cannot be read at all."""
        ...

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """The wanted files, in the source's own order; each is read when its Fetch is called, in any thread."""
        ...


class LabelledSource(Protocol):
    """Pictures with labels, in one of the formats."""

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """Which pictures there are and of which class; `listed` fixes the classes. Looks anew each time.

        Raises:
            DatasetInvalid: it cannot be trained on.
        """
        ...

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """The wanted pictures, in the source's own order; each is read when its Fetch is called, in any thread."""
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
