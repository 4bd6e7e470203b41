"""Rows of a view: a label and a value that wraps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

Row = tuple[str, RenderableType]


def row_if(label: str, value: str) -> Iterator[Row]:
    """The row, where there is something to say."""
    if value:
        yield label, Text(value)


def rows_grid(rows: Iterable[Row]) -> Table:
    """The rows below each other, labels in a column of their own."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for label, value in rows:
        grid.add_row(label, value)
    return grid
