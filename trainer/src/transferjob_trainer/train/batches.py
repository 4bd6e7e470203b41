"""Batches whose order is a function of (seed, epoch) alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..data import Examples

EVALUATION_BATCH = 256
EVALUATION_PIXELS = 1 << 22
"""Pictures and pixels of a batch that is not trained on, at most: a large input must not need more memory to measure
than to train."""


def epoch_order(seed: int, epoch: int, examples: int) -> npt.NDArray[np.int64]:
    """The order of the examples in an epoch (from 1): a permutation of 0..examples-1."""
    return np.random.default_rng((seed, epoch)).permutation(examples)


def training_batches(examples: Examples, *, batch_size: int, seed: int, epochs: int) -> Any:
    """A tf.data dataset of all epochs, one after the other: float32 pictures [b, h, w, 3] and int32 labels [b].

    The last batch of an epoch is smaller where the number of examples asks for it.
    """
    import tensorflow as tf

    def order(epoch: int) -> npt.NDArray[np.int64]:
        return epoch_order(seed, int(epoch), len(examples))

    def batches(epoch: Any) -> Any:
        # A Python generator of batches would make the C library give memory back after every step: 1.6 times slower.
        indices = tf.ensure_shape(tf.numpy_function(order, [epoch], tf.int64), [len(examples)])
        return tf.data.Dataset.from_tensor_slices(indices).batch(batch_size)

    return _gathered(tf.data.Dataset.range(1, epochs + 1).flat_map(batches), examples)


def evaluation_batches(examples: Examples, batch_size: int) -> Any:
    """A tf.data dataset of the examples in their own order."""
    import tensorflow as tf

    size = max(batch_size, evaluation_batch(examples))
    return _gathered(tf.data.Dataset.range(len(examples)).batch(size), examples)


def evaluation_batch(examples: Examples) -> int:
    """Number of pictures of this size in a batch that is not trained on."""
    pixels = int(examples.images[0, ..., 0].size)
    return max(1, min(EVALUATION_BATCH, EVALUATION_PIXELS // pixels))


def _gathered(batches: Any, examples: Examples) -> Any:
    import tensorflow as tf

    # On the host: a GPU's memory is for the model.
    with tf.device("CPU:0"):
        images, labels = tf.constant(examples.images), tf.constant(examples.labels)

    def gather(indices: Any) -> tuple[Any, Any]:
        return tf.cast(tf.gather(images, indices), tf.float32), tf.gather(labels, indices)

    return batches.map(gather, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
