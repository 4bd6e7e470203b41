"""Labelled pictures that come as rows of pixels, one after the other."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from functools import partial

import numpy as np

from ...storage import Entry
from ..layout import Layout
from ..source import Fetch
from ..types import Images
from .labels import Row, layout_of_rows

Rows = Iterator[tuple[Images, str]]
"""Pixels, uint8 [h, w] or [h, w, 3], and label."""


class RowPictures:
    """A named dataset: few and small enough to be read twice, never in memory together."""

    def __init__(self, uri: str, rows: Callable[[], Rows]) -> None:
        self._uri, self._rows = uri, rows

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource."""
        rows = [
            Row(Entry(row_name(number), pixels.nbytes, "", f"{zlib.crc32(pixels.tobytes()):08x}"), label)
            for number, (pixels, label) in enumerate(self._rows())
        ]
        return layout_of_rows(self._uri, rows, listed, seen=f"{self._uri}: {len(rows):,} pictures")

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        wanted = set(wanted)
        for number, (pixels, _) in enumerate(self._rows()):
            if row_name(number) in wanted:
                yield row_name(number), partial(as_rgb, pixels)


def row_name(row: int) -> str:
    """What stands for a path: names sort as numbers do."""
    return f"{row:010d}"


def as_rgb(pixels: Images) -> Images:
    """uint8 [h, w, 3] of [h, w], or of [h, w, 1, 3 or 4]; alpha is dropped, as of picture files."""
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(pixels[..., :3])
