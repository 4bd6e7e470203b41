"""The cut: the tensors that cross from the frozen prefix to the rest, at every freeze count, and no model is built."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from .walk import Step, walk


@dataclass(frozen=True, slots=True)
class Crossing:
    """A tensor that crosses a cut."""

    name: str
    """Name of the operation that makes it."""
    shape: tuple[int, ...]
    """Shape of one example: without the batch axis."""
    dtype: str
    """Type of its numbers by Keras' name, e.g. float32."""

    @property
    def values(self) -> int:
        """Numbers an example."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Span:
    """A tensor with the freeze counts at which it crosses: first <= count < last."""

    tensor: Any
    first: int
    last: int

    def crosses(self, count: int) -> bool:
        """Whether the prefix makes it and something after the prefix reads it."""
        return self.first <= count < self.last


def spans(backbone: Any) -> list[Span]:
    """Every tensor of the graph that crosses at some freeze count, in the order in which they are made.

    The head reads the outputs and lies after every layer.
    """
    steps = walk(backbone)
    head = len(backbone.layers) + 1
    last_read = {id(tensor): head for tensor in backbone.outputs}
    for step in steps:
        for tensor in step.reads:
            last_read[id(tensor)] = max(last_read.get(id(tensor), 0), step.frozen_from)
    return [span for step in steps for span in _made(step, last_read) if span.first < span.last]


def crossing_tensors(backbone: Any, count: int) -> list[Any]:
    """The Keras tensors that cross at this freeze count."""
    return [span.tensor for span in spans(backbone) if span.crosses(count)]


def crossing_shapes(backbone: Any) -> tuple[tuple[Crossing, ...], ...]:
    """What crosses at each freeze count: entry N for `layers[:N]`, 0 to depth; empty at 0, the outputs at depth."""
    found: list[list[Crossing]] = [[] for _ in range(len(backbone.layers) + 1)]
    for span in spans(backbone):
        crossing = describe(span.tensor)
        for count in range(span.first, min(span.last, len(found))):
            found[count].append(crossing)
    return tuple(map(tuple, found))


def describe(tensor: Any) -> Crossing:
    """Name, shape and type of a Keras tensor with a batch axis."""
    operation, _, index = tensor._keras_history
    name = operation.name if index == 0 else f"{operation.name}:{index}"
    return Crossing(name, tuple(tensor.shape[1:]), str(tensor.dtype))


def _made(step: Step, last_read: dict[int, int]) -> list[Span]:
    return [Span(tensor, step.frozen_from, last_read.get(id(tensor), 0)) for tensor in step.makes]
