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

Gather = Callable[..., tuple[Any, ...]]
"""From rows of index tensors to (inputs, labels, weights)."""


def trained_part(gather: Gather, share: Share) -> Gather:
    """`gather` for the rows of a batch to train on that the share has.

    Returns:
        A function of index tensors [b] that gives what `gather` makes; of a share that is not the whole, weights are
        scaled as Part.scale says, and a fourth part tells which rows count.
    """
    import tensorflow as tf

    def own(*indices: Any) -> tuple[Any, Any, Any, Any]:
        part = share.part(tf.size(indices[0]))
        inputs, labels, weights = gather(*(index[part.first : part.last] for index in indices))
        return inputs, labels, weights * part.scale, part.counted

    return gather if share == WHOLE else own


def measured_part(gather: Gather, share: Share) -> Gather:
    """`gather` for the rows of a batch to measure on, with weights of one, or zero where a row does not count."""
    import tensorflow as tf

    def own(examples: Any) -> tuple[Any, Any, Any]:
        part = share.part(tf.size(examples))
        inputs, labels, _ = gather(examples[part.first : part.last])
        return inputs, labels, part.counted

    return gather if share == WHOLE else own
