"""format CSV: a table with a column of paths and one of labels, the pictures beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from ...errors import DatasetInvalid
from ...storage import Entry, Storage
from ..layout import Layout
from ..source import Fetch, FolderSource
from .csv_rows import CsvRows, Named
from .fields import Wanted
from .labels import Row, layout_of_rows
from .problems import Problems, quoted


class CsvPictures:
    """The pictures that a CSV names."""

    def __init__(self, folder: Storage, name: str, wanted: Wanted) -> None:
        """The CSV `name` in a folder, below which its paths lead."""
        self._folder, self._name, self._wanted = folder, name, wanted
        self._uri = folder.uri(name)

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource."""
        with self._folder.open(self._name) as stream:
            named = CsvRows(self._uri, self._wanted).read(stream)
        entries = self._found(named)
        rows = (Row(entries[path], said.label, said.group) for path, said in named.items())
        return layout_of_rows(self._uri, rows, listed, seen=f"CSV: {self._name} names {len(named):,} pictures")

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        return FolderSource(self._folder).contents(wanted)

    def _found(self, named: dict[str, Named]) -> dict[str, Entry]:
        """The files of the paths. Raises DatasetInvalid for those that are not there."""
        listed = self._folder.list(common_folder(named))
        entries = {entry.path: entry for entry in listed if entry.path in named}
        problems = Problems(self._uri, "pictures")
        for path, said in named.items():
            if path not in entries:
                problems.add(f"line {said.line}", f"names {quoted(path)}, which is not there")
        problems.require_none(len(named))
        return entries


def common_folder(paths: Collection[str]) -> str:
    """The deepest folder that all paths lie in, "" for the top: no more than it is listed."""
    common: tuple[str, ...] | None = None
    for path in paths:
        parts = PurePosixPath(path).parts[:-1]
        common = parts if common is None else _shared(common, parts)
        if not common:
            return ""
    return "/".join(common or ())


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return one[:count]


def only_table(uri: str, entries: Collection[Entry]) -> str:
    """The one CSV at the top of a folder. Raises DatasetInvalid when there is none, or are several."""
    names = top_tables(entries)
    if len(names) == 1:
        return names[0]
    found = f"{len(names)} of them ({', '.join(names[:5])})" if names else "none"
    raise DatasetInvalid(f"{uri} should hold one .csv file at its top and holds {found}; name one in dataset.uri.")


def top_tables(entries: Collection[Entry]) -> list[str]:
    """CSV files at the top of a folder, sorted."""
    return sorted(
        entry.path for entry in entries if "/" not in entry.path and entry.path.lower().endswith((".csv", ".tsv"))
    )
