"""Freezing: the first layers of the backbone are not trained and run in inference mode.

`trainable = False` alone leaves dropout and drop-connect on, and Keras hands `training=True` of `fit` down into nested
models whatever they were called with. So each frozen layer, and each BatchNorm that is to use its stored statistics,
gets a `call` of its own that holds `training` at False. It lives on the instance and is never saved: the model stays
stock Keras.
"""

from __future__ import annotations

import inspect
from typing import Any


def freeze_layers(backbone: Any, count: int) -> None:
    """Freezes `backbone.layers[:count]` and sets the others free, whatever an earlier phase froze.

    A model that was compiled before does not see the change: compile it again.
    """
    for place, layer in enumerate(backbone.layers):
        layer.trainable = place >= count
        if layer.trainable:
            release(layer)
        else:
            hold_in_inference(layer)


def hold_in_inference(layer: Any) -> None:
    """Makes a layer run as in inference from now on, whoever calls it, alone or inside any model."""
    call = layer.call
    if "call" in vars(layer) or "training" not in inspect.signature(call).parameters:
        return

    def call_in_inference(*args: Any, training: bool | None = None, **kwargs: Any) -> Any:
        del training
        return call(*args, training=False, **kwargs)

    layer.call = call_in_inference


def moves_statistics(layer: Any) -> bool:
    """Whether a BatchNormalization learns and is not held in inference: each step in training moves its statistics."""
    return bool(layer.trainable) and "call" not in vars(layer)


def release(layer: Any) -> None:
    """Takes hold_in_inference back."""
    if "call" in vars(layer):
        del layer.call
