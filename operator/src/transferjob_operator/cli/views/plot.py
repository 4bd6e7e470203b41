"""Curves as the cells of a terminal that they pass through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_BLANK = 0x2800
"""Braille without a dot: a cell has two columns of four dots, each dot a bit of the letter's number."""
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_DOWN = 4
"""Dots of a cell, from its top."""

Cells = dict[tuple[int, int], int]
"""By row and column: the number of the Braille letter."""


def dotted(fallen: Sequence[float], rows: int, *, whole: bool) -> Cells:
    """A curve in Braille dots, four times as fine as letters.

    Args:
        fallen: two values a column, from 0 at the top to 1 at the bottom.
        rows: of the chart.
        whole: a line without gaps; otherwise every other value as a dot.
    """
    cells: Cells = defaultdict(lambda: _BLANK)
    before = None
    for place, value in enumerate(fallen):
        at = round((rows * _DOWN - 1) * value)
        column, side = divmod(place, 2)
        if whole:
            first = at if before is None else before + (at > before) - (at < before)
            for dot in range(min(first, at), max(first, at) + 1):
                cells[dot // _DOWN, column] |= _BITS[side][dot % _DOWN]
        elif side == 0:
            cells[at // _DOWN, column] |= _BITS[0][at % _DOWN]
        before = at
    return cells


def lettered(fallen: Sequence[float], rows: int) -> list[tuple[int, int]]:
    """The cells, row and column, of a curve with one letter a column."""
    return [(round((rows - 1) * value), column) for column, value in enumerate(fallen)]
