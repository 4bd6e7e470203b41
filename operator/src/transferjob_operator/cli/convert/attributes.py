"""What an attribute of a known value is: `base.layers`, `layer.name`, `history.epoch`."""

from __future__ import annotations

from typing import Any

from .values import NAMESPACE, UNKNOWN, LayerList, Made, Model, Net, Symbol, Tensor


def attribute(value: Any, name: str) -> Any:
    """value.name, or UNKNOWN."""
    if isinstance(value, Symbol):
        return value.name if name == "__name__" else Symbol(f"{value.path}.{name}")
    if isinstance(value, Net):
        return _of_net(value, name)
    if isinstance(value, Model):
        return _of_model(value, name)
    return _of_made(value, name) if isinstance(value, Made) else UNKNOWN


def _of_net(net: Net, name: str) -> Any:
    if name == "layers":
        layers = LayerList(net.layers)
        layers.open_end = net.with_top
        return layers
    if name in ("output", "outputs"):
        return Tensor((net,), flat=True)
    if name in ("input", "inputs"):
        return Tensor()
    return net.facts.name.lower() if name == "name" else UNKNOWN


def _of_model(model: Model, name: str) -> Any:
    if name == "layers":
        return model.layers
    if name in ("output", "outputs"):
        return Tensor(tuple(model.parts), model.flat)
    return Tensor() if name in ("input", "inputs") else UNKNOWN


def _of_made(made: Made, name: str) -> Any:
    if made.kind == NAMESPACE:
        return made.options.get(name, UNKNOWN)
    if name in ("name", "trainable"):
        return getattr(made, name)
    if name == "__class__":
        return Symbol(made.kind)
    if name == "epoch" and made.kind == "History":
        epochs = made.options.get("epochs")
        return list(range(epochs)) if isinstance(epochs, int) and epochs <= _MOST_EPOCHS else UNKNOWN
    # The output of a layer in the middle is a shorter backbone, which no manifest can say.
    if name == "output" and made.owner is not None and made is made.owner.layers[-1]:
        return Tensor((made.owner,), flat=True)
    return UNKNOWN


_MOST_EPOCHS = 2_000
