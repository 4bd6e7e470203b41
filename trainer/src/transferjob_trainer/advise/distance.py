"""How far the job's pictures are from those that the backbone has learned from, by what its BatchNorms remember."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..batch_norm import batch_norms
from ..contract.advice import Distance
from ..data.types import Images
from ..graph.walk import walk
from ..preprocessing import preprocess
from ..train.batches import evaluation_batch

PICTURES = 256
MOST_NORMS = 24
NEAR, FAR = 0.12, 0.18
"""Shifts up to which pictures count as near, and from which as far: between them lie the borders that the tasks of
`make bench-advice` set for each other (docs/how-it-works/advice.md)."""
_TINY = 1e-6

Numbers = NDArray[np.float64]


def distance_of(shift: float | None) -> Distance:
    """The shift as a word."""
    if shift is None:
        return "Unknown"
    return "Near" if shift < NEAR else "Far" if shift > FAR else "Between"


def statistics_shift(backbone: Any, family: str, pictures: Images, moved: Callable[[], None]) -> float | None:
    """How far channel means lie from the stored ones, in stored standard deviations: the mean over channels and norms.

    None where the backbone has no BatchNorm.

    Args:
        backbone: with trained weights.
        family: whose preprocessing it expects.
        pictures: of the job; the first PICTURES are looked at.
        moved: called between batches.
    """
    norms = batch_norms(backbone.layers)
    if not norms:
        return None
    chosen = [norms[place] for place in np.unique(np.linspace(0, len(norms) - 1, MOST_NORMS).round().astype(int))]
    means = _means(backbone, family, chosen, pictures[:PICTURES], moved)
    return float(np.mean([_shift(norm, mean) for norm, mean in zip(chosen, means, strict=True)]))


def _shift(norm: Any, mean: Numbers) -> float:
    stored, variance = (value.numpy() for value in (norm.moving_mean, norm.moving_variance))
    return float(np.mean(np.abs(mean - stored) / np.sqrt(variance + _TINY)))


def _means(backbone: Any, family: str, norms: list[Any], pictures: Images, moved: Callable[[], None]) -> list[Numbers]:
    """Mean of each channel of what each norm reads."""
    import tensorflow as tf

    call = _reader(backbone, family, norms, pictures.shape[1:])
    size = evaluation_batch(pictures.shape[1] * pictures.shape[2])
    sums: list[Numbers] | None = None
    for start in range(0, len(pictures), size):
        made = [part.numpy().astype(np.float64) for part in call(tf.constant(pictures[start : start + size]))]
        sums = made if sums is None else [total + part for total, part in zip(sums, made, strict=True)]
        moved()
    assert sums is not None
    return [total / len(pictures) for total in sums]


def _reader(backbone: Any, family: str, norms: list[Any], shape: tuple[int, ...]) -> Any:
    import keras
    import tensorflow as tf

    # A layer that other models share has more than one input; the walk knows that of this graph.
    reads = {id(step.operation): step.reads[0] for step in walk(backbone) if step.reads}
    inner = keras.Model(backbone.inputs, [reads[id(norm)] for norm in norms], name="norm_inputs")
    pixels = keras.Input(shape, name="pixels")
    model = keras.Model(pixels, inner(preprocess(pixels, family)), name="norm_reader")

    def sums(pictures: Any) -> list[Any]:
        made = model(tf.cast(pictures, tf.float32), training=False)
        parts = made if isinstance(made, list | tuple) else [made]
        return [tf.reduce_sum(tf.reduce_mean(tf.cast(part, tf.float32), axis=[1, 2]), axis=0) for part in parts]

    return tf.function(sums, input_signature=[tf.TensorSpec([None, *shape], tf.uint8)])
