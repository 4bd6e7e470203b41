"""Changes of the values of a picture: float32 [..., height, width, 3], 0 to 255, in and out."""

from __future__ import annotations

from typing import Any

WHITE = 255.0
_GREY = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the brightness that the eye sees (ITU-R BT.601)."""


def blend(first: Any, second: Any, factor: Any) -> Any:
    """first at factor 0, second at 1, and beyond at other factors; within the range."""
    import tensorflow as tf

    return tf.clip_by_value(first + factor * (second - first), 0.0, WHITE)


def contrast(pictures: Any, factor: Any) -> Any:
    """Distance from the mean of each channel, times a factor that broadcasts."""
    import tensorflow as tf

    return blend(tf.reduce_mean(pictures, axis=[-3, -2], keepdims=True), pictures, factor)


def brightness(picture: Any, factor: Any) -> Any:
    """Darker below 1, brighter above."""
    return blend(0.0 * picture, picture, factor)


def saturation(picture: Any, factor: Any) -> Any:
    """Grey at 0."""
    import tensorflow as tf

    grey = tf.reduce_sum(picture * tf.constant(_GREY), axis=-1, keepdims=True)
    return blend(grey, picture, factor)


def sharpness(picture: Any, factor: Any) -> Any:
    """Blurred at 0, by a 3 x 3 kernel with a heavy centre; the edge stays."""
    import tensorflow as tf

    kernel = tf.constant([[1.0, 1.0, 1.0], [1.0, 5.0, 1.0], [1.0, 1.0, 1.0]]) / 13.0
    kernel = tf.tile(kernel[:, :, None, None], [1, 1, 3, 1])
    blurred = tf.nn.depthwise_conv2d(picture[None], kernel, [1, 1, 1, 1], "VALID")[0]
    inside = tf.pad(tf.ones_like(blurred), [[1, 1], [1, 1], [0, 0]])
    padded = tf.pad(blurred, [[1, 1], [1, 1], [0, 0]])
    return blend(tf.where(inside > 0, padded, picture), picture, factor)


def posterize(picture: Any, bits: Any) -> Any:
    """Clears so many low bits of each value, float32 [], rounded."""
    import tensorflow as tf

    step = 2.0 ** tf.round(bits)
    return tf.floor(picture / step) * step


def solarize(picture: Any, threshold: Any) -> Any:
    """Inverts the values from a threshold on."""
    import tensorflow as tf

    return tf.where(picture < threshold, picture, WHITE - picture)


def autocontrast(picture: Any) -> Any:
    """Stretches each channel over the whole range; one without contrast stays."""
    import tensorflow as tf

    low = tf.reduce_min(picture, axis=[-3, -2], keepdims=True)
    high = tf.reduce_max(picture, axis=[-3, -2], keepdims=True)
    return tf.where(high > low, (picture - low) * WHITE / tf.maximum(high - low, 1e-6), picture)


def equalize(picture: Any) -> Any:
    """Spreads each channel of one picture so that all values are about equally common."""
    import tensorflow as tf

    def channel(values: Any) -> Any:
        rounded = tf.cast(tf.clip_by_value(tf.round(values), 0.0, WHITE), tf.int32)
        counts = tf.math.bincount(rounded, minlength=256, maxlength=256)
        below = tf.cast(tf.cumsum(counts) - counts[tf.reduce_min(rounded)], tf.float32)
        total = below[-1]
        return tf.where(total > 0, tf.gather(tf.maximum(below, 0.0), rounded) * WHITE / tf.maximum(total, 1.0), values)

    return tf.stack([channel(picture[..., index]) for index in range(3)], axis=-1)
