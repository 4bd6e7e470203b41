"""Feeds a learner with kept features in place of pictures, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data import Examples
from ..distribute.share import WHOLE, Gather, Share, measured_part, trained_part
from ..train.batches import EVALUATION_BATCH, epoch_order, index_batches, steps_per_epoch
from ..train.feed import Order
from ..train.gathered import GatheredBatches
from .chunk import Arrays
from .features import Features, MemoryFeatures, Rows
from .rows import EntryRows

_EVALUATION_BYTES = 64 << 20
_TENSOR_BYTES = 256 << 20
"""Features in memory become tensors up to here, and a step gathers its own rows, which counts when it takes a
millisecond. Larger ones have larger rows, and a tensor is a second copy."""
_COPIED_BYTES = 64 << 20
"""Those on disk up to here: what is mapped may be larger than the memory."""


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
        views: EntryRows | None = None,
        in_step: bool = True,
    ) -> None:
        """Makes a feed.

        Args:
            features: of the dataset.
            row_by_path: path to the row of the picture as it is.
            train: examples to train on; their pictures are not looked at.
            validation: examples to measure on.
            order: batch size and seed.
            weights: weight of each training example in the loss, float32 [n]. Default: ones.
            views: where the changed views of the training examples are. Default: they are shown as they are.
            in_step: let a step gather its own rows where they are small. A function that was compiled for one such
                feed is compiled anew for the next one; a pipeline's iterators are all alike to it.
        """
        self._tensors = _tensors_of(features) if in_step else None
        self._gather = _reading(features) if self._tensors is None else _gathering(self._tensors)
        self._row_by_path, self._views, self._order = row_by_path, views, order
        self._train, self._validation, self._weights = train, validation, weights
        self.examples = len(train)
        self.steps = steps_per_epoch(self.examples, order.batch_size)
        fitting = _EVALUATION_BYTES // max(1, features.spec.row_bytes)
        self._measured = max(order.batch_size, min(EVALUATION_BATCH, fitting))
        self.measured_steps = steps_per_epoch(len(validation), self._measured)

    def training(self, epoch: int, first_step: int) -> Any:
        """See Feed."""
        import tensorflow as tf

        order, examples = self._order, self.examples
        shown = self._views.changed if self._views else self._row_by_path
        gather = self._gathered(self._train, shown, self._weights)

        def part(epoch: Any, own: Any) -> tuple[Any, ...]:
            return trained_part(partial(gather, self._first_row(epoch)), order.share)(own)

        if self._tensors is not None:
            return GatheredBatches(
                part,
                lambda number: epoch_order(order.seed, number, examples),
                order.batch_size,
                epoch=epoch,
                first_step=first_step,
            )
        batches = index_batches(examples, order.batch_size, seed=order.seed, epoch=epoch, first_step=first_step)
        fed = batches.map(lambda number, own, _following: part(number, own), num_parallel_calls=tf.data.AUTOTUNE)
        return fed.prefetch(tf.data.AUTOTUNE)

    def validation(self) -> Any:
        """See Feed."""
        return self._validation_batches

    def measuring(self, examples: Examples) -> Any:
        """A tf.data dataset of some examples in their own order, once."""
        return self._measuring(examples, WHOLE)

    @cached_property
    def _validation_batches(self) -> Any:
        if self._tensors is None:
            return self._measuring(self._validation, self._order.share)
        part = measured_part(partial(self._gathered(self._validation, self._row_by_path), 0), self._order.share)
        own = np.arange(len(self._validation))
        return GatheredBatches(lambda _epoch, rows: part(rows), lambda _epoch: own, self._measured, once=True)

    def _measuring(self, examples: Examples, share: Share) -> Any:
        import tensorflow as tf

        batches = tf.data.Dataset.range(len(examples)).batch(self._measured)
        part = measured_part(partial(self._gathered(examples, self._row_by_path), 0), share)
        return batches.map(part, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def _first_row(self, epoch: Any) -> Any:
        """Row at which the view of an epoch begins, counted from the first view's."""
        return (epoch - 1) % self._views.count * self._views.stride if self._views else 0

    def _gathered(
        self, examples: Examples, row_by_path: dict[str, int], given: npt.NDArray[np.float32] | None = None
    ) -> Gather:
        import tensorflow as tf

        rows = np.fromiter((row_by_path[path] for path in examples.paths), np.int64, len(examples))
        with tf.device("CPU:0"):
            numbers, labels = tf.constant(rows), tf.constant(examples.labels)
            weights = tf.ones(len(examples)) if given is None else tf.constant(given)

        def gather(first: Any, own: Any) -> tuple[Any, ...]:
            return self._gather(first + tf.gather(numbers, own)), tf.gather(labels, own), tf.gather(weights, own)

        return gather


Reading = Callable[[Any], tuple[Any, ...]]
"""From rows, an int64 tensor, to the tuple of their features."""


def _tensors_of(features: Features) -> tuple[Any, ...] | None:
    """The features as tensors, where they are small."""
    import tensorflow as tf

    arrays = _arrays_of(features)
    if arrays is None:
        return None
    with tf.device("CPU:0"):
        return tuple(tf.constant(array) for array in arrays)


def _arrays_of(features: Features) -> Arrays | None:
    size = features.spec.bytes
    if isinstance(features, MemoryFeatures):
        return features.arrays if size <= _TENSOR_BYTES else None
    return features.rows(np.arange(features.spec.rows)) if size <= _COPIED_BYTES else None


def _gathering(tensors: tuple[Any, ...]) -> Reading:
    import tensorflow as tf

    return lambda rows: tuple(tf.gather(whole, rows) for whole in tensors)


def _reading(features: Features) -> Reading:
    import tensorflow as tf

    def read(numbers: Rows) -> list[Any]:
        return list(features.rows(numbers))

    def reading(rows: Any) -> tuple[Any, ...]:
        tensors = features.spec.tensors
        made = tf.numpy_function(read, [rows], [tf.as_dtype(tensor.dtype) for tensor in tensors], stateful=False)
        return tuple(tf.ensure_shape(part, [None, *tensor.shape]) for part, tensor in zip(made, tensors, strict=True))

    return reading
