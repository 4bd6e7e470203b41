"""Batches of examples that lie in memory, gathered by the compiled function that trains on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .batches import steps_per_epoch

Rows = Callable[[int], npt.NDArray[np.int64]]
"""The examples of an epoch (from 1) in their order; as many in every epoch."""
GatherRows = Callable[[Any, Any], Any]
"""From an epoch, int64 [], and examples, int64 [b], to the element of a feed."""


class GatheredBatches:
    """Read like an iterator of tf.data, endless: an epoch from some step on, then the next ones.

    A pipeline has threads and hands its elements over, which is half of what a step on pooled features takes; here a
    batch costs its copying alone, in line with the step. For pictures, which are decoded and changed beside the
    training, it would be the wrong way.
    """

    def __init__(
        self,
        gather: GatherRows,
        rows: Rows,
        batch_size: int,
        *,
        epoch: int = 1,
        first_step: int = 0,
        once: bool = False,
    ) -> None:
        """Makes batches.

        Args:
            gather: makes an element.
            rows: the examples of each epoch.
            batch_size: examples of an element, but for the last one of an epoch.
            epoch: the first one.
            first_step: of that epoch.
            once: each `iter` begins anew, and what is iterated over ends with the epoch.
        """
        import tensorflow as tf

        self._gather, self._rows, self._size = gather, rows, batch_size
        order = rows(epoch)
        self._examples, self._steps = len(order), steps_per_epoch(len(order), batch_size)
        self._once, self._left = once, self._steps
        with tf.device("CPU:0"):
            self._epoch = tf.Variable(epoch, dtype=tf.int64, trainable=False)
            self._step = tf.Variable(first_step, dtype=tf.int64, trainable=False)
            self._order = tf.Variable(order, dtype=tf.int64, trainable=False)

    def __iter__(self) -> GatheredBatches:
        if self._once:
            self._left = self._steps
            self._step.assign(0)
        return self

    def __next__(self) -> Any:
        if self._once and not self._left:
            raise StopIteration
        self._left -= 1
        return self.get_next()

    def get_next(self) -> Any:
        """The next element; also inside a compiled function, which may call it any number of times."""
        import tensorflow as tf

        with tf.device("CPU:0"):
            tf.cond(self._step >= self._steps, self._turn, lambda: tf.constant(False))
            start = self._step.read_value() * self._size
            self._step.assign_add(1)
            own = self._order.read_value()[start : start + self._size]
            return self._gather(self._epoch.read_value(), own)

    def _turn(self) -> Any:
        """To the next epoch."""
        import tensorflow as tf

        epoch = self._epoch.assign_add(1, read_value=True).read_value()
        order = tf.numpy_function(lambda number: self._rows(int(number)), [epoch], tf.int64)
        self._order.assign(tf.ensure_shape(order, [self._examples]))
        self._step.assign(0)
        return tf.constant(True)
