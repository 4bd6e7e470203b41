"""Feeds a learner with kept features in place of pictures, in the same order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..data import Examples
from ..distribute.share import WHOLE, Gather, measuring_batches, training_batches
from ..train.batches import EVALUATION_BATCH, index_batches, steps_per_epoch
from ..train.feed import Order
from .features import Features, MemoryFeatures, Rows

_EVALUATION_BYTES = 64 << 20
_TENSOR_BYTES = 256 << 20
"""Features in memory become tensors up to here: gathered without a call into Python, which counts when a step takes a
millisecond. Larger ones have larger rows, and a tensor is a second copy."""


class CachedFeed:
    """A Feed whose inputs are the tensors of the cache."""

    def __init__(
        self,
        features: Features,
        row_by_path: dict[str, int],
        train: Examples,
        validation: Examples,
        order: Order,
        *,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> None:
        """Makes a feed.

        Args:
            features: one row for each picture of the dataset.
            row_by_path: path to row.
            train: examples to train on; their pictures are not looked at.
            validation: examples to measure on.
            order: batch size and seed.
            weights: weight of each training example in the loss, float32 [n]. Default: ones.
        """
        self._gather = _gather_of(features)
        self._row_by_path, self._order = row_by_path, order
        self._train, self._validation, self._weights = train, validation, weights
        self.examples = len(train)
        self.steps = steps_per_epoch(self.examples, order.batch_size)
        fitting = _EVALUATION_BYTES // max(1, features.spec.row_bytes)
        self._evaluation_batch = max(1, min(EVALUATION_BATCH, fitting))

    def training(self, epoch: int, first_step: int) -> Any:
        """See Feed."""
        import tensorflow as tf

        order = self._order
        batches = index_batches(self.examples, order.batch_size, seed=order.seed, epoch=epoch, first_step=first_step)
        gather = self._gathering(self._train, self._weights)
        fed = training_batches(batches, lambda _epoch, own, _partner: gather(own), order.share)
        return fed.prefetch(tf.data.AUTOTUNE)

    def validation(self) -> Any:
        """See Feed."""
        import tensorflow as tf

        gather = self._gathering(self._validation)
        fed = measuring_batches(self._measured(self._validation), gather, self._order.share)
        return fed.prefetch(tf.data.AUTOTUNE)

    def measuring(self, examples: Examples) -> Any:
        """A tf.data dataset of some examples in their own order, once."""
        import tensorflow as tf

        fed = measuring_batches(self._measured(examples), self._gathering(examples), WHOLE)
        return fed.prefetch(tf.data.AUTOTUNE)

    def _measured(self, examples: Examples) -> Any:
        import tensorflow as tf

        return tf.data.Dataset.range(len(examples)).batch(max(self._order.batch_size, self._evaluation_batch))

    def _gathering(self, examples: Examples, given: npt.NDArray[np.float32] | None = None) -> Gather:
        import tensorflow as tf

        rows = np.fromiter((self._row_by_path[path] for path in examples.paths), np.int64, len(examples))
        with tf.device("CPU:0"):
            numbers, labels = tf.constant(rows), tf.constant(examples.labels)
            weights = tf.ones(len(examples)) if given is None else tf.constant(given)

        def gather(own: Any) -> tuple[tuple[Any, ...], Any, Any]:
            return self._gather(tf.gather(numbers, own)), tf.gather(labels, own), tf.gather(weights, own)

        return gather


def _gather_of(features: Features) -> Any:
    """A function from rows, an int64 tensor, to the tuple of their features."""
    import tensorflow as tf

    if isinstance(features, MemoryFeatures) and features.spec.bytes <= _TENSOR_BYTES:
        with tf.device("CPU:0"):
            wholes = tuple(tf.constant(array) for array in features.arrays)
        return lambda rows: tuple(tf.gather(whole, rows) for whole in wholes)
    return lambda rows: _mapped(features, rows)


def _mapped(features: Features, rows: Any) -> tuple[Any, ...]:
    import tensorflow as tf

    def read(numbers: Rows) -> list[Any]:
        return list(features.rows(numbers))

    tensors = features.spec.tensors
    made = tf.numpy_function(read, [rows], [tf.as_dtype(tensor.dtype) for tensor in tensors], stateful=False)
    return tuple(tf.ensure_shape(part, [None, *tensor.shape]) for part, tensor in zip(made, tensors, strict=True))
