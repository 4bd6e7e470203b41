"""The resize of `data.resize` as a TensorFlow graph: the same taps, added up in the same order, so the same bits."""

from __future__ import annotations

from typing import Any


def resized(pictures: Any, height: int, width: int, *, antialias: bool) -> Any:
    """Stretches pictures, uint8 [n, h, w, 3], to [n, height, width, 3]; values are rounded half to even."""
    import tensorflow as tf

    def stretched() -> Any:
        rows = _along(tf.cast(pictures, tf.float32), 1, height, antialias=antialias)
        both = _along(rows, 2, width, antialias=antialias)
        return tf.cast(tf.clip_by_value(tf.round(both), 0.0, 255.0), tf.uint8)

    same = tf.reduce_all(tf.equal(tf.shape(pictures)[1:3], [height, width]))
    result = tf.cond(same, lambda: pictures, stretched)
    return tf.ensure_shape(result, [None, height, width, 3])


def _along(pictures: Any, axis: int, size: int, *, antialias: bool) -> Any:
    """Resamples an axis of [n, h, w, 3] to `size`, one tap after the other."""
    import tensorflow as tf

    rows, weights = _taps(tf.shape(pictures)[axis], size, antialias=antialias)
    weights = tf.reshape(weights, [-1, size, 1, 1] if axis == 1 else [-1, 1, size, 1])

    def add(tap: Any, total: Any) -> tuple[Any, Any]:
        return tap + 1, total + tf.gather(pictures, rows[tap], axis=axis) * weights[tap]

    first = tf.gather(pictures, rows[0], axis=axis) * weights[0]
    shapes = (tf.TensorShape([]), first.shape)
    return tf.while_loop(lambda tap, _: tap < tf.shape(rows)[0], add, (tf.constant(1), first), shapes)[1]


def _taps(count: Any, size: int, *, antialias: bool) -> tuple[Any, Any]:
    """Input rows and their weights, int32 and float32 [taps, size]; see data.resize."""
    import tensorflow as tf

    scale = tf.cast(count, tf.float64) / size
    reach = tf.maximum(scale, 1.0) if antialias else tf.constant(1.0, tf.float64)
    centres = (tf.range(size, dtype=tf.float64) + 0.5) * scale
    first = tf.cast(tf.maximum(tf.math.ceil(centres - reach - 0.5), 0.0), tf.int32)
    rows = first[None, :] + tf.range(tf.cast(tf.math.ceil(2 * reach), tf.int32) + 1)[:, None]
    distance = tf.abs(tf.cast(rows, tf.float64) + 0.5 - centres[None, :])
    triangle = tf.maximum(1.0 - distance / reach, 0.0)
    triangle = tf.where(rows >= count, tf.zeros_like(triangle), triangle)
    weights = triangle / tf.reduce_sum(triangle, axis=0, keepdims=True)
    return tf.minimum(rows, count - 1), tf.cast(weights, tf.float32)
