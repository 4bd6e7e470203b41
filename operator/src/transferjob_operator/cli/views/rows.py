"""Rows of a view: a label and a value that wraps."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

Row = tuple[str, RenderableType]


def row_if(label: str, value: str) -> Iterator[Row]:
    """The row, where there is something to say."""
    if value:
        yield label, Text(value)
