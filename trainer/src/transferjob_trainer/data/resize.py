"""Resize by separable triangle weights, as tf.image.resize(method="bilinear") does with and without antialias.

Written out here so that the exported model's TensorFlow graph can do exactly the same, and so that loading needs no
TensorFlow.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .types import Images

Floats = NDArray[np.float32]


def resize(image: Images, height: int, width: int, *, antialias: bool) -> Images:
    """Stretch a picture [h, w, 3] to [height, width, 3]; values are rounded half to even."""
    if image.shape[:2] == (height, width):
        return image
    both = exactly_resized(image, height, width, antialias=antialias)
    result = np.empty((height, width, image.shape[2]), np.uint8)
    np.copyto(result, np.clip(np.rint(both, out=both), 0, 255, out=both), casting="unsafe")
    return result


def exactly_resized(image: Images, height: int, width: int, *, antialias: bool) -> Floats:
    """The picture before it is rounded, float32 [height, width, 3]."""
    before, across, channels = image.shape
    rows = _matrix(before, height, antialias) @ image.reshape(before, -1)
    turned = rows.reshape(height, across, channels).transpose(1, 0, 2).reshape(across, -1)
    both: Floats = _matrix(across, width, antialias) @ turned
    return both.reshape(width, height, channels).transpose(1, 0, 2)


@lru_cache(maxsize=64)
def _matrix(count: int, size: int, antialias: bool) -> Any:
    """The weights as a sparse matrix [size, count].

    Its product adds one tap after the other in one pass over the pixels and without the interpreter's lock; BLAS would
    have other bits on every machine, and threads of its own beside the decoding ones.
    """
    from scipy.sparse import csr_array

    rows, weights = _taps(count, size, antialias)
    # Rows below the picture are among them, with the weight 0.
    used = weights != 0
    starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
    return csr_array((weights[used], rows[used], starts), shape=(size, count))


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
    return rows, weights
