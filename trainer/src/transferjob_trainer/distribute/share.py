"""Which rows of a global batch a worker or a device takes, and how they count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a batch. Never none: an empty batch has no statistics, so who has no row borrows one that counts for
    nothing."""

    first: Any
    """First row, int64 []."""
    last: Any
    """Behind the last row, int64 []."""
    scale: Any
    """Share of the batch, float32 []: a mean over the part times this, added up over all parts, is the batch's mean."""
    counted: Any
    """1 for each row, or 0 where it is borrowed, float32 [last - first]."""


@dataclass(frozen=True, slots=True)
class Share:
    """Part `index` of `count`: rows index * b / count and the following of a batch of b."""

    index: int = 0
    count: int = 1

    def part(self, size: Any) -> Part:
        """The part of a batch of `size` rows, at least one; an integer tensor []."""
        import tensorflow as tf

        size = tf.cast(size, tf.int64)
        first, last = self.index * size // self.count, (self.index + 1) * size // self.count
        own = last > first
        scale = tf.cast((last - first) / size, tf.float32)
        first = tf.minimum(first, size - 1)
        last = tf.maximum(last, first + 1)
        return Part(first, last, scale, tf.fill([last - first], tf.cast(own, tf.float32)))


WHOLE = Share()

Gather = Callable[..., tuple[Any, Any, Any]]
"""From rows of index tensors to (inputs, labels, weights)."""


def training_batches(batches: Any, gather: Gather, share: Share) -> Any:
    """The share's part of each batch to train on.

    Args:
        batches: tf.data dataset of (epoch, examples [b], following examples [b]).
        gather: makes inputs, labels and weights of the three; only of the rows that the share has.
        share: which rows.

    Returns:
        What `gather` makes; of a share that is not the whole, weights are scaled as Part.scale says, and a fourth
        part tells which rows count.
    """
    import tensorflow as tf

    def own(epoch: Any, examples: Any, following: Any) -> tuple[Any, Any, Any, Any]:
        part = share.part(tf.size(examples))
        rows = slice(part.first, part.last)
        inputs, labels, weights = gather(epoch, examples[rows], following[rows])
        return inputs, labels, weights * part.scale, part.counted

    return batches.map(gather if share == WHOLE else own, num_parallel_calls=tf.data.AUTOTUNE)


def measuring_batches(batches: Any, gather: Gather, share: Share) -> Any:
    """The share's part of each batch to measure on, with weights of one, or zero where a row does not count."""
    import tensorflow as tf

    def own(examples: Any) -> tuple[Any, Any, Any]:
        part = share.part(tf.size(examples))
        inputs, labels, _ = gather(examples[part.first : part.last])
        return inputs, labels, part.counted

    return batches.map(gather if share == WHOLE else own, num_parallel_calls=tf.data.AUTOTUNE)
