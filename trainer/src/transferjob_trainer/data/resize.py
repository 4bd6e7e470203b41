"""Resize by separable triangle weights, as tf.image.resize(method="bilinear") does with and without antialias.

Written out here so that the exported model's TensorFlow graph can do exactly the same, and so that loading needs no
TensorFlow.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .types import Images

Floats = NDArray[np.float32]

_BLOCK = 32
"""Output rows that share one product: many small products are slow to call, one large one is mostly zeros."""


def resize(image: Images, height: int, width: int, *, antialias: bool) -> Images:
    """Stretch a picture [h, w, 3] to [height, width, 3]; values are rounded half to even."""
    if image.shape[:2] == (height, width):
        return image
    rows = _along_rows(image, height, antialias)
    both = _along_rows(np.ascontiguousarray(rows.transpose(1, 0, 2)), width, antialias)
    return np.rint(both.transpose(1, 0, 2)).clip(0, 255).astype(np.uint8)


def _along_rows(image: NDArray[np.generic], size: int, antialias: bool) -> Floats:
    """Resample the first axis of [n, m, channels] to [size, m, channels]."""
    count, *rest = image.shape
    result = np.empty((size, *rest), np.float32)
    for block in _blocks(count, size, antialias):
        source = image[block.first : block.first + block.weights.shape[1]]
        flat = source.reshape(len(source), -1).astype(np.float32)
        rows = len(block.weights)
        result[block.row : block.row + rows] = (block.weights @ flat).reshape(rows, *rest)
    return result


class _Block:
    """Weights of a few output rows over the stretch of input rows that they need."""

    __slots__ = ("first", "row", "weights")

    def __init__(self, row: int, weights: Floats) -> None:
        needed = np.flatnonzero(weights.any(axis=0))
        self.row = row
        self.first = int(needed[0])
        self.weights = np.ascontiguousarray(weights[:, needed[0] : needed[-1] + 1])


@lru_cache(maxsize=64)
def _blocks(count: int, size: int, antialias: bool) -> tuple[_Block, ...]:
    return tuple(_Block(row, _weights(count, size, antialias, row)) for row in range(0, size, _BLOCK))


def _weights(count: int, size: int, antialias: bool, start: int) -> Floats:
    """Weights [rows, count] of the output rows from `start` on; each row sums to 1."""
    scale = count / size
    reach = max(scale, 1.0) if antialias else 1.0
    centres = (np.arange(start, min(start + _BLOCK, size)) + 0.5) * scale
    distance = np.abs(np.arange(count)[None, :] + 0.5 - centres[:, None]) / reach
    triangle = np.maximum(0.0, 1.0 - distance)
    weights: Floats = (triangle / triangle.sum(axis=1, keepdims=True)).astype(np.float32)
    return weights
