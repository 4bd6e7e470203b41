"""Which examples make a batch: an order that is a function of (seed, epoch) alone, entered at any step."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..device import DeviceKind, device_kind

EVALUATION_BATCH = 256
EVALUATION_PIXELS: dict[DeviceKind, int] = {"CPU": 1 << 20, "GPU": 1 << 22}
"""Pictures and pixels of a batch that is not trained on, at most: a large input must not need more memory to measure
than to train. More at a time make a processor no faster: at 96 pixels a side 32 took as long as 256, and 540 MiB less.
"""


def epoch_order(seed: int, epoch: int, examples: int) -> npt.NDArray[np.int64]:
    """The order of the examples in an epoch (from 1): a permutation of 0..examples-1."""
    return np.random.default_rng((seed, epoch)).permutation(examples)


def steps_per_epoch(examples: int, batch_size: int) -> int:
    """Steps of an epoch; the last one is smaller where the number of examples asks for it."""
    return -(-examples // batch_size)


def index_batches(examples: int, batch_size: int, *, seed: int, epoch: int, first_step: int) -> Any:
    """An endless tf.data dataset: the batches of `epoch` (from 1) after its first `first_step`, then the next epochs'.

    One dataset for all epochs, so that reading ahead does not stop at their borders. Elements are the epoch, int64 [],
    the examples of the batch, int64 [b], and for each the example that follows it in the epoch's order, int64 [b]:
    its partner where two pictures are mixed.
    """
    import tensorflow as tf

    steps = steps_per_epoch(examples, batch_size)

    def order_of(number: int) -> npt.NDArray[np.int64]:
        return epoch_order(seed, int(number), examples)

    def batches(number: Any) -> Any:
        # Not from a Python generator: with one the C library gives memory back after every step, 1.6 times slower.
        order = tf.ensure_shape(tf.numpy_function(order_of, [number], tf.int64), [examples])

        def batch(step: Any) -> tuple[Any, Any, Any]:
            own = order[step * batch_size : (step + 1) * batch_size]
            return number, own, tf.gather(order, (step * batch_size + tf.range(tf.size(own, tf.int64)) + 1) % examples)

        return tf.data.Dataset.range(steps).map(batch)

    return tf.data.Dataset.range(epoch, tf.int64.max).flat_map(batches).skip(first_step)


def evaluation_batch(pixels: int) -> int:
    """Number of pictures with so many pixels in a batch that is not trained on."""
    return max(1, min(EVALUATION_BATCH, EVALUATION_PIXELS[device_kind()] // pixels))
