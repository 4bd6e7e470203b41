"""`fit` as a TensorFlow graph, for exported models: the same geometry, the same taps added up in the same order."""

from __future__ import annotations

from typing import Any

from ..contract.image_input import ResizeSpec
from .geometry import crop_size, margin, pad_size


def fitted(pictures: Any, height: int, width: int, how: ResizeSpec) -> Any:
    """Brings pictures, uint8 [n, h, w, 3] of any size, to [n, height, width, 3]; see fit."""
    import tensorflow as tf

    target = tf.constant([height, width], tf.int64)
    same = tf.reduce_all(tf.equal(tf.shape(pictures, tf.int64)[1:3], target))
    result = tf.cond(same, lambda: pictures, lambda: _WAYS[how.mode](pictures, target, how.antialias))
    return tf.ensure_shape(result, [None, height, width, 3])


def _cropped(pictures: Any, target: Any, antialias: bool) -> Any:
    import tensorflow as tf

    size = tf.shape(pictures, tf.int64)[1:3]
    height, width = crop_size(size[0], size[1], target[0], target[1], tf.minimum, tf.maximum)
    top, left = margin(size[0], height), margin(size[1], width)
    return _stretched(pictures[:, top : top + height, left : left + width], target, antialias)


def _padded(pictures: Any, target: Any, antialias: bool) -> Any:
    import tensorflow as tf

    size = tf.shape(pictures, tf.int64)[1:3]
    inner = tf.stack(pad_size(size[0], size[1], target[0], target[1], tf.minimum, tf.maximum))
    before = margin(target, inner)
    after = target - inner - before
    margins = tf.concat([[[0, 0]], tf.stack([before, after], axis=1), [[0, 0]]], axis=0)
    return tf.pad(_stretched(pictures, inner, antialias), margins)


def _stretched(pictures: Any, size: Any, antialias: bool) -> Any:
    import tensorflow as tf

    def stretched() -> Any:
        rows = _along_rows(tf.cast(pictures, tf.float32), size[0], antialias)
        both = _along_rows(tf.transpose(rows, [0, 2, 1, 3]), size[1], antialias)
        rounded = tf.round(tf.transpose(both, [0, 2, 1, 3]))
        return tf.cast(tf.clip_by_value(rounded, 0.0, 255.0), tf.uint8)

    same = tf.reduce_all(tf.equal(tf.shape(pictures, tf.int64)[1:3], size))
    return tf.cond(same, lambda: pictures, stretched)


def _along_rows(pictures: Any, size: Any, antialias: bool) -> Any:
    """Resamples the second axis of [n, h, w, 3] to `size` rows, one tap after the other."""
    import tensorflow as tf

    rows, weights = _taps(tf.shape(pictures, tf.int64)[1], size, antialias)

    def add(tap: Any, total: Any) -> tuple[Any, Any]:
        weighted = tf.gather(pictures, rows[:, tap], axis=1) * weights[:, tap][:, None, None]
        return tap + 1, total + weighted

    shape = tf.shape(pictures, tf.int64)
    nothing = tf.zeros(tf.stack([shape[0], size, shape[2], shape[3]]))
    taps = tf.shape(rows)[1]
    shapes = (tf.TensorShape([]), tf.TensorShape([None, None, None, None]))
    return tf.while_loop(lambda tap, _: tap < taps, add, (tf.constant(0), nothing), shapes)[1]


def _taps(count: Any, size: Any, antialias: bool) -> tuple[Any, Any]:
    """Input rows and their weights for each output row, both [size, taps]; see resize."""
    import tensorflow as tf

    scale = tf.cast(count, tf.float64) / tf.cast(size, tf.float64)
    reach = tf.maximum(scale, 1.0) if antialias else tf.constant(1.0, tf.float64)
    centres = (tf.cast(tf.range(size), tf.float64) + 0.5) * scale
    first = tf.cast(tf.maximum(tf.math.ceil(centres - reach - 0.5), 0.0), tf.int64)
    rows = first[:, None] + tf.range(tf.cast(tf.math.ceil(2 * reach), tf.int64) + 1)
    triangle = tf.nn.relu(1.0 - tf.abs(tf.cast(rows, tf.float64) + 0.5 - centres[:, None]) / reach)
    triangle = tf.where(rows >= count, tf.zeros_like(triangle), triangle)
    weights = triangle / tf.reduce_sum(triangle, axis=1, keepdims=True)
    return tf.minimum(rows, count - 1), tf.cast(weights, tf.float32)


_WAYS = {"Stretch": _stretched, "Crop": _cropped, "Pad": _padded}
