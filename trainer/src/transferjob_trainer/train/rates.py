"""Learning rates that differ by depth, as a factor for each variable."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..contract.backbone import BackboneSpec
from ..contract.block_table import block_table
from ..contract.training import LayerwiseLearningRateSpec
from ..errors import InvalidSpec

_FIELD = "spec.training.layerwiseLearningRate"


def layer_factors(
    spec: LayerwiseLearningRateSpec | None, backbone: BackboneSpec, layer_names: Sequence[str]
) -> list[float]:
    """The factor of each layer of the backbone, in order.

    Raises:
        InvalidSpec: a name that is not there, or names that are not in the order of the layers.
    """
    if spec is None:
        return [1.0] * len(layer_names)
    if spec.decay is not None:
        return _by_block(spec.decay, backbone, len(layer_names))
    return _by_name(spec, layer_names)


def variable_factors(factors: Sequence[float], layers: Sequence[Any], variables: Sequence[Any]) -> list[float]:
    """The factor of each variable: that of its layer, or one where it belongs to none of the layers (the head)."""
    by_variable = {
        id(variable): factor for factor, layer in zip(factors, layers, strict=True) for variable in layer.variables
    }
    return [by_variable.get(id(variable), 1.0) for variable in variables]


def _by_block(decay: float, backbone: BackboneSpec, depth: int) -> list[float]:
    """The deepest block, and what follows it, has the base rate; the stem goes with the first block."""
    ends = list(block_table(backbone.graph, backbone.resolved_variant).blocks.values())
    deepest = len(ends) - 1
    return [decay ** (deepest - min(deepest, bisect_right(ends, layer))) for layer in range(depth)]


def _by_name(spec: LayerwiseLearningRateSpec, layer_names: Sequence[str]) -> list[float]:
    factors: list[float] = []
    for number, multiplier in enumerate(spec.multipliers or ()):
        field = f"{_FIELD}.multipliers[{number}].upTo"
        if multiplier.up_to not in layer_names:
            raise InvalidSpec(f"{field} names no layer of the backbone: {multiplier.up_to!r}")
        end = layer_names.index(multiplier.up_to) + 1
        if end <= len(factors):
            raise InvalidSpec(f"{field} must name a deeper layer than the one before it, got {multiplier.up_to!r}")
        factors += [multiplier.factor] * (end - len(factors))
    return factors + [1.0] * (len(layer_names) - len(factors))
