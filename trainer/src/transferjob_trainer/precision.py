"""Precision of the computation: variables, losses and the exported model stay float32 whatever it is."""

from __future__ import annotations

from typing import Any

from .contract.training import TrainingSpec
from .errors import InvalidSpec

FLOAT32 = "float32"
_POLICIES = {"Float32": FLOAT32, "Bfloat16": "mixed_bfloat16", "Float16": "mixed_float16"}


def check_precision(training: TrainingSpec, gpus: int) -> None:
    """Refuses what cannot be computed, before TensorFlow is imported.

    Raises:
        InvalidSpec: Float16 without a GPU.
    """
    if training.precision == "Float16" and gpus == 0:
        raise InvalidSpec(
            "spec.training.precision Float16 needs a GPU and spec.resources.gpus is 0; take Float32, Bfloat16 or Auto"
        )


def dtype_policy(training: TrainingSpec, gpus: int) -> str:
    """Name of the Keras policy: that of the spec, or what the GPUs of the pod are made for."""
    if training.precision == "Auto":
        return _fastest(gpus)
    return _POLICIES[training.precision or "Float32"]


def _fastest(gpus: int) -> str:
    """bfloat16 from compute capability 8.0 on (Ampere), float16 from 7.0 on (Volta); processors stay with float32."""
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")[:gpus]
    capabilities = [_capability(tf.config.experimental.get_device_details(device)) for device in devices]
    if not capabilities or min(capabilities) < (7, 0):
        return FLOAT32
    return _POLICIES["Bfloat16" if min(capabilities) >= (8, 0) else "Float16"]


def _capability(details: dict[str, Any]) -> tuple[int, int]:
    major, minor = details.get("compute_capability", (0, 0))
    return int(major), int(minor)
