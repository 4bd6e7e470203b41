"""What each cut costs: work in front of it and behind it, and bytes that cross it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Any

from ..cache.spec import TensorSpec
from ..graph.crossing import Crossing, crossing_shapes
from ..graph.walk import walk
from ..graph.work import layer_work

PASSING_WORK = 16
"""A number that is read and written takes about as long as so many multiplications on a processor."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where features could be kept."""

    count: int
    """Layers of the backbone in front of it."""
    pooled: bool
    """Behind the head's pooling, which follows the whole backbone."""
    tensors: tuple[TensorSpec, ...]
    prefix_work: int
    """Multiplications of one picture's forward pass in front of it."""

    @property
    def picture_bytes(self) -> int:
        """Bytes of one picture's features."""
        return sum(tensor.row_bytes for tensor in self.tensors)


@dataclass(frozen=True, slots=True)
class Costs:
    """The cuts of a backbone, from the input on, and its work by layer."""

    cuts: tuple[Cut, ...]
    work_before: tuple[int, ...]
    """Multiplications of a picture's forward pass in `layers[:N]`, for N from 0 to depth."""

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.work_before) - 1

    @property
    def all_work(self) -> int:
        """Multiplications of the whole forward pass; the head's are small beside them."""
        return self.work_before[-1]


def backbone_costs(backbone: Any, pooling: str) -> Costs:
    """The costs of a built backbone under a head with this pooling, from shapes alone."""
    before = tuple(accumulate(map(sum, zip(layer_work(backbone), _passing(backbone), strict=True)), initial=0))
    shapes = crossing_shapes(backbone)
    cuts = [
        Cut(count, False, tuple(map(_tensor, crossing)), before[count])
        for count, crossing in enumerate(shapes)
        if count > 0 and crossing
    ]
    if pooling != "Flatten":
        cuts.append(Cut(len(shapes) - 1, True, (pooled_tensor(shapes[-1][0]),), before[-1]))
    return Costs(tuple(cuts), before)


def _passing(backbone: Any) -> list[int]:
    """What layers cost that only pass numbers through (normalization, activation), as multiplications."""
    made = {id(step.operation): sum(prod(tensor.shape[1:]) for tensor in step.makes) for step in walk(backbone)}
    return [0, *(PASSING_WORK * made[id(layer)] for layer in backbone.layers[1:])]


def pooled_tensor(output: Crossing) -> TensorSpec:
    """What pooling makes of the backbone's output [height, width, channels]."""
    return TensorSpec("head_pooling", output.shape[-1:], output.dtype)


def _tensor(crossing: Crossing) -> TensorSpec:
    return TensorSpec(crossing.name, crossing.shape, crossing.dtype)
