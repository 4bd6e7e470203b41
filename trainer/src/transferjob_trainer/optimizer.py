"""The optimizer of the spec as a Keras optimizer."""

from __future__ import annotations

from typing import Any

from .contract.training import OptimizerSpec

SGD_MOMENTUM = 0.9


def make_optimizer(spec: OptimizerSpec, learning_rate: float) -> Any:
    """A new optimizer. Weight decay is decoupled and acts on the variables that are trained only."""
    import keras

    extra = {"momentum": SGD_MOMENTUM} if spec.name == "SGD" else {}
    # AdamW without decay is Adam; Keras wants a number there.
    decay = spec.weight_decay or (0.0 if spec.name == "AdamW" else None)
    return getattr(keras.optimizers, spec.name)(learning_rate=learning_rate, weight_decay=decay, **extra)
