"""Who shares a batch: the workers of an attempt, and the devices of each."""

from __future__ import annotations

from dataclasses import dataclass

from .group import Group


@dataclass(frozen=True, slots=True)
class Spread:
    """Over what the steps of a training are spread. Default: one device of one worker."""

    group: Group | None = None
    """The workers, where there are several."""
    devices: tuple[str, ...] = ()
    """Names of the devices of this worker, where there are several."""


ALONE = Spread()


def training_devices(gpus: int) -> tuple[str, ...]:
    """Names of the GPUs that train; none where TensorFlow's own choice is right: on one GPU, or on the processor."""
    if gpus < 2:
        return ()
    import tensorflow as tf

    return tuple(device.name for device in tf.config.list_logical_devices("GPU")[:gpus])
