"""The rows of a CSV as paths with labels, each checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ...errors import DatasetInvalid
from .csv_text import read_table
from .fields import CSV, Chosen, Wanted, choose_fields
from .labels import MAX_ROWS, clean_label
from .problems import Problems, quoted

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST_PATH = 1024


@dataclass(frozen=True, slots=True)
class Named:
    """What a row says of a picture."""

    line: int
    label: str
    group: str | None


class CsvRows:
    """Reads the rows of one CSV."""

    def __init__(self, name: str, wanted: Wanted) -> None:
        self._name, self._wanted = name, wanted
        self._problems = Problems(name, "rows")
        self._named: dict[str, Named] = {}
        self._rows = 0

    def read(self, stream: BinaryIO) -> dict[str, Named]:
        """Path to what is said of it. A row that repeats another is fine.

        Raises:
            DatasetInvalid: no CSV, a column is missing, or rows that cannot be used.
        """
        table = read_table(stream, self._name)
        _, header = next(table, (0, []))
        header = [cell.strip() for cell in header]
        chosen = choose_fields(self._name, CSV, self._wanted, header)
        self._check_header(header, chosen)
        self._take(table, header, chosen)
        self._problems.require_none(self._rows)
        return self._named

    def _check_header(self, header: list[str], chosen: Chosen) -> None:
        for name in chosen.all:
            if header.count(name) > 1:
                raise DatasetInvalid(f"{self._name} has {header.count(name)} columns {quoted(name)}; one is expected.")

    def _take(self, table: Iterator[tuple[int, list[str]]], header: list[str], chosen: Chosen) -> None:
        image, label = header.index(chosen.image), header.index(chosen.label)
        group = None if chosen.group is None else header.index(chosen.group)
        for line, cells in table:
            self._rows += 1
            if self._rows > MAX_ROWS:
                raise DatasetInvalid(f"{self._name} has more than {MAX_ROWS:,} rows; as many are accepted.")
            try:
                if len(cells) != len(header):
                    raise ValueError(f"has {len(cells)} cells, the header {len(header)}")
                said = Named(line, clean_label(cells[label]), None if group is None else _group(cells[group]))
                self._add(clean_path(cells[image]), said)
            except ValueError as error:
                self._problems.add(f"line {line}", str(error))

    def _add(self, path: str, said: Named) -> None:
        other = self._named.setdefault(path, said)
        if (other.label, other.group) != (said.label, said.group):
            raise ValueError(f"says something else of {quoted(path)} than line {other.line} does")


def clean_path(text: str) -> str:
    """A path below the CSV's folder, without empty parts. Raises ValueError, which says why it is none."""
    text = text.strip()
    if len(text) > _LONGEST_PATH:
        raise ValueError(f"has a path of {len(text):,} characters, at most {_LONGEST_PATH:,} are accepted")
    if text.startswith("/") or text[1:2] == ":" or "://" in text:
        raise ValueError(f"has the absolute path {quoted(text)}")
    if _UNUSABLE.search(text):
        raise ValueError(f"has a backslash or control character in its path {quoted(text)}")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError(f"has the path {quoted(text)}, which climbs out with '..'")
    if not parts:
        raise ValueError("has no path")
    return "/".join(parts)


def _group(text: str) -> str:
    try:
        return clean_label(text)
    except ValueError as error:
        raise ValueError(str(error).replace("label", "group", 1)) from error
