"""A CSV as lines and rows, bounded at every step: hostile until shown otherwise."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from ...errors import DatasetInvalid

MAX_LINE_BYTES = 1 << 20
MAX_TABLE_BYTES = 1 << 30
_DELIMITERS = ",;\t"
_BYTE_ORDER_MARK = "\ufeff"


def read_table(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, the header first; empty lines are left out.

    The delimiter is a comma, semicolon or tab, whichever the header has most of.

    Args:
        stream: the file.
        name: its URI, for sentences.

    Yields:
        Number of the row's last line, from 1, and its cells.

    Raises:
        DatasetInvalid: not UTF-8 text, malformed quotes, NUL characters, or larger than is accepted.
    """
    lines = _Lines(stream, name)
    header = next(lines, "").removeprefix(_BYTE_ORDER_MARK)
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(chain([header], lines), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            lines.row_done()
            if row:
                yield lines.count, row
    except csv.Error as error:
        raise DatasetInvalid(f"{name} is no CSV: line {lines.count}: {error}.") from error


class _Lines:
    """Lines of text. A row may go over several, all of them together no longer than one may be."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self.count = 0
        self._of_row = 0
        self._of_all = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_LINE_BYTES + 1)
        if not line:
            raise StopIteration
        self.count += 1
        self._check_size(len(line))
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise self._refused("is not UTF-8 text") from error
        if "\0" in text:
            raise self._refused("holds a NUL character")
        return text

    def row_done(self) -> None:
        """The lines so far were whole rows."""
        self._of_row = 0

    def _check_size(self, size: int) -> None:
        self._of_row += size
        self._of_all += size
        if self._of_row > MAX_LINE_BYTES:
            raise self._refused(f"makes a row of more than {MAX_LINE_BYTES:,} bytes")
        if self._of_all > MAX_TABLE_BYTES:
            raise self._refused(f"brings the file over {MAX_TABLE_BYTES:,} bytes")

    def _refused(self, why: str) -> DatasetInvalid:
        return DatasetInvalid(f"{self._name} is no CSV that can be read: line {self.count} {why}.")
