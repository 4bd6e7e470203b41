"""Resize by separable triangle weights, as tf.image.resize(method="bilinear") does with and without antialias.

Written out here so that the exported model's TensorFlow graph can do exactly the same, and so that loading needs no
TensorFlow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .types import Images

Floats = NDArray[np.float32]

_MOST_KEPT = 4 << 20
"""Numbers in a buffer that is kept, 16 MiB: a picture of 1.4 million pixels."""


class _Buffers:
    """Work space of one resize, kept between pictures: fresh pages for each cost as much as the arithmetic."""

    def __init__(self) -> None:
        self._kept: dict[str, Floats] = {}

    def get(self, name: str, rows: int, columns: int) -> Floats:
        """An array [rows, columns] of any content, which the next call with this name writes over."""
        size = rows * columns
        if size > _MOST_KEPT:
            return np.empty((rows, columns), np.float32)
        kept = self._kept.get(name)
        if kept is None or kept.size < size:
            kept = self._kept[name] = np.empty(size, np.float32)
        return kept[:size].reshape(rows, columns)


_FREE: list[_Buffers] = []
"""Those that nobody uses: there are as many as pictures that were ever resized at once, not one for each thread."""


@contextmanager
def _work_space() -> Iterator[_Buffers]:
    try:
        buffers = _FREE.pop()
    except IndexError:
        buffers = _Buffers()
    try:
        yield buffers
    finally:
        _FREE.append(buffers)


def resize(image: Images, height: int, width: int, *, antialias: bool) -> Images:
    """Stretch a picture [h, w, 3] to [height, width, 3]; values are rounded half to even."""
    if image.shape[:2] == (height, width):
        return image
    channels = image.shape[2]
    result = np.empty((height, width, channels), np.uint8)
    with _work_space() as buffers:
        both = _both_ways(image, height, width, antialias, buffers)
        np.clip(np.rint(both, out=both), 0, 255, out=both)
        np.copyto(result, _cells(both, channels).transpose(1, 0, 2), casting="unsafe")
    return result


def _both_ways(image: Images, height: int, width: int, antialias: bool, buffers: _Buffers) -> Floats:
    """The picture before it is rounded, turned: [width, height * channels]."""
    before, across, channels = image.shape
    pixels = buffers.get("pixels", before, across * channels)
    np.copyto(pixels, image.reshape(before, -1))
    rows = _along_rows(pixels, height, antialias, buffers, "rows")
    turned = buffers.get("turned", across, height * channels)
    np.copyto(_cells(turned, channels), _cells(rows, channels).transpose(1, 0, 2))
    return _along_rows(turned, width, antialias, buffers, "both")


def _cells(flat: Floats, channels: int) -> Floats:
    return flat.reshape(len(flat), -1, channels)


def _along_rows(flat: Floats, size: int, antialias: bool, buffers: _Buffers, name: str) -> Floats:
    """Resample the first axis of [n, m] to [size, m], into the buffer of a name.

    One tap after the other and without BLAS: the same bits on every machine, and no threads of its own that would
    fight with the decoding ones.
    """
    rows, weights = _taps(len(flat), size, antialias)
    result, part = buffers.get(name, size, flat.shape[1]), buffers.get("part", size, flat.shape[1])
    for tap in range(rows.shape[1]):
        out = part if tap else result
        np.take(flat, rows[:, tap], axis=0, out=out, mode="clip")
        np.multiply(out, weights[:, tap : tap + 1], out=out)
        if tap:
            np.add(result, part, out=result)
    return result


@lru_cache(maxsize=64)
def _taps(count: int, size: int, antialias: bool) -> tuple[NDArray[np.intp], Floats]:
    """Input rows and their weights for each output row, both [size, taps]; the weights of a row sum to 1."""
    scale = count / size
    reach = max(scale, 1.0) if antialias else 1.0
    centres = (np.arange(size) + 0.5) * scale
    first = np.maximum(np.ceil(centres - reach - 0.5), 0).astype(np.intp)
    rows = first[:, None] + np.arange(math.ceil(2 * reach) + 1)
    triangle = np.maximum(0.0, 1.0 - np.abs(rows + 0.5 - centres[:, None]) / reach)
    triangle[rows >= count] = 0
    weights: Floats = (triangle / triangle.sum(axis=1, keepdims=True)).astype(np.float32)
    return np.minimum(rows, count - 1), weights
