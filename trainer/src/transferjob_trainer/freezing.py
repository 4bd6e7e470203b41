"""Freezing: the first layers of the backbone are not trained and run in inference mode.

`trainable = False` alone leaves dropout and drop-connect on, and Keras hands `training=True` of `fit` down into nested
models whatever they were called with. So each frozen layer, and each BatchNorm that is to use its stored statistics,
gets a `call` of its own that holds `training` at False. It lives on the instance and is never saved: the model stays
stock Keras.
"""

from __future__ import annotations

import difflib
import inspect
from decimal import Decimal
from typing import Any

from .contract.freeze import FreezeSpec
from .errors import InvalidSpec


def freeze_count(freeze: FreezeSpec, layer_names: list[str]) -> int:
    """Number of layers, from the input, that the spec freezes.

    Raises:
        InvalidSpec: more layers than there are, or a name that is not there (the nearest ones are told).
    """
    depth = len(layer_names)
    if freeze.layers is not None:
        if freeze.layers > depth:
            raise InvalidSpec(f"spec.freeze.layers must be at most {depth}, got {freeze.layers}")
        return freeze.layers
    if freeze.fraction is not None:
        # The decimal that was written, not the binary number nearest to it: 0.29 of 100 layers is 29.
        return int(depth * Decimal(str(freeze.fraction)))
    if freeze.up_to is not None:
        return _index_of(freeze.up_to, layer_names) + 1
    return depth if freeze.all else 0


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


def release(layer: Any) -> None:
    """Takes hold_in_inference back."""
    if "call" in vars(layer):
        del layer.call


def _index_of(name: str, layer_names: list[str]) -> int:
    if name in layer_names:
        return layer_names.index(name)
    near = difflib.get_close_matches(name, layer_names, n=3, cutoff=0.4)
    hint = f"; near it are {', '.join(near)}" if near else ""
    raise InvalidSpec(f"spec.freeze.upTo names no layer of the backbone: {name!r}{hint}")
