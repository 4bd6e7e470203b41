"""Resize by separable triangle weights, as tf.image.resize(method="bilinear") does with and without antialias.

Written out here so that the exported model's TensorFlow graph can do exactly the same, and so that loading needs no
TensorFlow.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .types import Images

Floats = NDArray[np.float32]


def resize(image: Images, height: int, width: int, *, antialias: bool) -> Images:
    """Stretch a picture [h, w, 3] to [height, width, 3]; values are rounded half to even."""
    if image.shape[:2] == (height, width):
        return image
    rows = _along_rows(image, height, antialias)
    both = _along_rows(np.ascontiguousarray(rows.transpose(1, 0, 2)), width, antialias)
    return np.rint(both.transpose(1, 0, 2)).clip(0, 255).astype(np.uint8)


def _along_rows(image: NDArray[np.generic], size: int, antialias: bool) -> Floats:
    """Resample the first axis of [n, m, channels] to [size, m, channels].

    One tap after the other and without BLAS: the same bits on every machine, and no threads of its own that would
    fight with the decoding ones.
    """
    rows, weights = _taps(len(image), size, antialias)
    flat = image.reshape(len(image), -1)
    result = np.zeros((size, flat.shape[1]), np.float32)
    part = np.empty_like(result)
    for tap in range(rows.shape[1]):
        np.multiply(flat[rows[:, tap]], weights[:, tap : tap + 1], out=part)
        result += part
    return result.reshape(size, *image.shape[1:])


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
