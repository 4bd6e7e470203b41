"""Forward work of layers, from shapes alone."""

from __future__ import annotations

from math import prod
from typing import Any

from .walk import walk


def layer_work(backbone: Any) -> list[int]:
    """Multiplications of one example's forward pass in each layer, in the order of `backbone.layers`.

    Convolutions and dense layers, those inside nested layers too: each element of a kernel is used once at each
    position of the output. Everything else is small beside them and counts nothing.
    """
    outputs = {id(step.operation): step.makes[0] for step in walk(backbone)}
    return [_work(layer, outputs[id(layer)]) for layer in backbone.layers]


def parameters(layer: Any) -> int:
    """Parameters of a layer; statistics of a BatchNorm count, states of random generators do not."""
    return sum(prod(variable.shape) for variable in layer.weights if not variable.path.endswith("seed_generator_state"))


def _work(layer: Any, output: Any) -> int:
    nested = getattr(layer, "layers", None)
    if nested is not None:
        return sum(_work(inner, inner.output) for inner in nested)
    positions = prod(output.shape[1:-1])
    return sum(positions * prod(weight.shape) for weight in layer.weights if weight.path.endswith("kernel"))
