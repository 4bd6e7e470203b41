"""What TensorFlow computes on."""

from __future__ import annotations

from typing import Literal

DeviceKind = Literal["CPU", "GPU"]


def device_kind() -> DeviceKind:
    """GPU or CPU."""
    import tensorflow as tf

    return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
