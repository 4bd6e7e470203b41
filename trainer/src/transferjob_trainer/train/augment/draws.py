"""Random numbers that belong to a view of an example, mostly that of an epoch, however batches and workers are cut.

A counter run through a hash, so there is no state to save: SplitMix64's finaliser (Steele, Lea and Flood 2014,
"Fast splittable pseudorandom number generators") over seed, view, example and what the number is for.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

_GOLDEN = 0x9E3779B97F4A7C15
_BITS = 24
"""Bits of a number: as many as a float32 holds."""


class Draws:
    """Numbers for the examples of a batch."""

    def __init__(self, seed: int, view: Any, examples: Any) -> None:
        """Takes the run's seed, the view, int64 [] or [b], and the examples' numbers, int64 [b]."""
        import tensorflow as tf

        key = _mixed(_number(seed) + _number(_GOLDEN))
        for part in (view, examples):
            key = _mixed(key + (tf.cast(part, tf.uint64) + _number(1)) * _number(_GOLDEN))
        self._keys = key

    def uniform(self, purpose: str, count: int) -> list[Any]:
        """`count` tensors float32 [b], in [0, 1). Another purpose draws other numbers."""
        key = _mixed(self._keys + _number(crc32(purpose.encode())))
        return [self._unit(_mixed(key + _number((index + 1) * _GOLDEN % 2**64))) for index in range(count)]

    def between(self, purpose: str, low: float, high: float) -> Any:
        """float32 [b] between two numbers."""
        return low + (high - low) * self.uniform(purpose, 1)[0]

    def choice(self, purpose: str, number: int) -> Any:
        """int32 [b], one of 0..number-1."""
        import tensorflow as tf

        return tf.cast(self.uniform(purpose, 1)[0] * number, tf.int32)

    @staticmethod
    def _unit(key: Any) -> Any:
        import tensorflow as tf

        high = tf.bitwise.right_shift(key, _number(64 - _BITS))
        return tf.cast(tf.cast(high, tf.int64), tf.float32) * 2.0**-_BITS


def _number(value: int) -> Any:
    import tensorflow as tf

    return tf.constant(value, tf.uint64)


def _mixed(key: Any) -> Any:
    import tensorflow as tf

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        key = tf.bitwise.bitwise_xor(key, tf.bitwise.right_shift(key, _number(shift))) * _number(factor)
    return tf.bitwise.bitwise_xor(key, tf.bitwise.right_shift(key, _number(31)))
