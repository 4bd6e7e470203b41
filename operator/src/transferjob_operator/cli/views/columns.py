"""Aligned columns of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GAP = "  "


def aligned(rows: Iterable[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Rows with each column as wide as its widest cell, flush right where `right` says so; nothing at the end."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [_line(row, widths, right) for row in cells]


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = zip(row, widths, right, strict=True)
    return GAP.join(cell.rjust(width) if flush else cell.ljust(width) for cell, width, flush in parts).rstrip()
