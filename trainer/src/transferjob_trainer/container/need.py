"""How much memory the training of a batch needs, from the shapes of the graph: known before the first step."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from ..contract.training import OptimizerSpec
from ..graph.walk import walk

_BYTES = 4
"""Of a weight, and of a value between layers; in 16 bit the latter are half of it."""
SLOTS = {"Adam": 2, "AdamW": 2, "RMSprop": 1, "SGD": 1, "Lion": 1}
"""Values that an optimizer keeps by weight."""


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes, estimated."""

    activations: int
    """What the layers of a batch hand on, kept for the backward pass, or passing through the frozen part."""
    learning: int
    """Gradients, what the optimizer keeps, and the best epoch's weights."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.activations + self.learning


def training_need(
    backbone: Any, frozen: int, trained: int, batch: int, optimizer: OptimizerSpec, *, half: bool = False
) -> Need:
    """The need of one step.

    Args:
        backbone: as built.
        frozen: freeze count; what lies in front of it keeps nothing for a backward pass.
        trained: parameters that learn.
        batch: pictures of a step.
        optimizer: decides what is kept by parameter.
        half: whether values between layers have 16 bit.
    """
    sizes = [(step.frozen_from, sum(prod(tensor.shape[1:]) for tensor in step.makes)) for step in walk(backbone)]
    kept = sum(size for place, size in sizes if place > frozen)
    # In the frozen part a layer's input and output are there at a time.
    passing = 2 * max((size for place, size in sizes if place <= frozen), default=0)
    values = batch * max(kept, passing) * _BYTES // (2 if half else 1)
    return Need(activations=values, learning=trained * _BYTES * (2 + SLOTS[optimizer.name]))
