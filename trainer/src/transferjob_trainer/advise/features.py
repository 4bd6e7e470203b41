"""What lies behind each cut as a short row of numbers: means over the whole map and over its quarters, projected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.types import Images
from ..graph.crossing import crossing_tensors
from ..preprocessing import preprocess
from ..train.batches import evaluation_batch

DIMENSIONS = 1024
"""Of a row: a random projection keeps distances, and the probe takes the same time at every cut."""
_SCALED_ON = 256
"""Pictures that mean and spread of each number are taken from, before the projection mixes them."""
_TINY = 1e-12

Rows = NDArray[np.float32]
Moved = Callable[[], None]


class CutFeatures:
    """Makes rows for some freeze counts, in inference mode, with the weights that the backbone has when it is asked."""

    def __init__(self, backbone: Any, family: str, counts: Sequence[int], shape: tuple[int, int, int]) -> None:
        """Makes the function.

        Args:
            backbone: as built.
            family: whose preprocessing it expects.
            counts: freeze counts, at least one layer each.
            shape: height, width and 3.
        """
        self._counts = counts
        self._pooled = _pooled(backbone, family, counts, shape)
        self._size = evaluation_batch(shape[0] * shape[1])

    def __call__(self, pictures: Images, seed: int, moved: Moved) -> dict[int, Rows]:
        """One row a picture for each freeze count, float32 [n, at most DIMENSIONS].

        Args:
            pictures: uint8 [n, height, width, 3], in an order that is chance.
            seed: of the projection.
            moved: called between batches.
        """
        counts, size = self._counts, self._size
        first = [*_batches(self._pooled, pictures[:_SCALED_ON], size, moved)]
        shrink = [
            _Shrink(np.concatenate(parts), np.random.default_rng([seed, count]))
            for count, parts in zip(counts, zip(*first, strict=True), strict=True)
        ]
        rest = _batches(self._pooled, pictures[_SCALED_ON:], size, moved)
        rows: list[list[Rows]] = [[] for _ in counts]
        for made in chain(first, rest):
            for own, part, small in zip(rows, made, shrink, strict=True):
                own.append(small(part))
        return {count: np.concatenate(own) for count, own in zip(counts, rows, strict=True)}


class _Shrink:
    """Standardizes each number and projects rows that are too long."""

    def __init__(self, rows: Rows, random: np.random.Generator) -> None:
        self._mean, spread = rows.mean(axis=0), rows.std(axis=0)
        self._scale = np.where(spread > _TINY, 1 / np.maximum(spread, _TINY), 0).astype(np.float32)
        width = rows.shape[1]
        self._projection = None
        if width > DIMENSIONS:
            self._projection = random.standard_normal((width, DIMENSIONS), np.float32) / np.float32(DIMENSIONS**0.5)

    def __call__(self, rows: Rows) -> Rows:
        scaled: Rows = (rows - self._mean) * self._scale
        return scaled if self._projection is None else scaled @ self._projection


def _batches(pooled: Any, pictures: Images, size: int, moved: Moved) -> Iterator[tuple[Rows, ...]]:
    import tensorflow as tf

    for start in range(0, len(pictures), size):
        made = pooled(tf.constant(pictures[start : start + size]))
        moved()
        yield tuple(part.numpy() for part in made)


def _pooled(backbone: Any, family: str, counts: Sequence[int], shape: tuple[int, ...]) -> Any:
    import keras
    import tensorflow as tf

    tensors = [crossing_tensors(backbone, count) for count in counts]
    flat = [tensor for group in tensors for tensor in group]
    features = keras.Model(backbone.inputs, flat, name="cuts")
    pixels = keras.Input(shape, name="pixels")
    model = keras.Model(pixels, features(preprocess(pixels, family)), name="cut_features")

    def pooled(pictures: Any) -> tuple[Any, ...]:
        made = model(tf.cast(pictures, tf.float32), training=False)
        parts = iter(made if isinstance(made, list | tuple) else [made])
        return tuple(tf.concat([row for _ in group for row in _means(next(parts))], axis=1) for group in tensors)

    return tf.function(pooled, input_signature=[tf.TensorSpec([None, *shape], tf.uint8)])


def _means(features: Any) -> list[Any]:
    """Means over a map [n, h, w, c] and over its quarters, which overlap by a row where a side is odd."""
    import tensorflow as tf

    features = tf.cast(features, tf.float32)
    height, width = features.shape[1:3]
    whole = tf.reduce_mean(features, axis=[1, 2])
    if height == 1 and width == 1:
        return [whole]
    tall, wide = (height + 1) // 2, (width + 1) // 2
    quarters = [
        features[:, top : top + tall, left : left + wide] for top in (0, height - tall) for left in (0, width - wide)
    ]
    return [whole, *(tf.reduce_mean(quarter, axis=[1, 2]) for quarter in quarters)]
