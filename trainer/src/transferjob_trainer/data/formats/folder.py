"""formats ImageFolder and ImageArchive: one folder a class."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...storage import Entry
from ..layout import Layout, arrange
from ..source import Fetch, Source


class ClassFolders:
    """Class folders of a source."""

    def __init__(
        self,
        uri: str,
        source: Source,
        *,
        kind: str,
        strip_top: bool = False,
        grouped: bool = False,
        known: list[Entry] | None = None,
    ) -> None:
        """Makes it.

        Args:
            uri: for sentences.
            source: the files.
            kind: what it is, for people.
            strip_top: whether a single folder around all class folders is looked through.
            grouped: whether the folder between the class's and the file names the picture's group.
            known: the files, where they were listed to see what they are; the first layout takes these.
        """
        self._uri, self._source, self._kind, self._strip_top = uri, source, kind, strip_top
        self._grouped, self._known = grouped, known

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource."""
        entries, self._known = self._known, None
        if entries is None:
            entries = self._source.scan()
        return arrange(self._uri, entries, listed, strip_top=self._strip_top, grouped=self._grouped, kind=self._kind)

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        return self._source.contents(wanted)
