"""The operations of a backbone, each with what it reads and makes and the freeze count that reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of the graph."""

    operation: Any
    reads: tuple[Any, ...]
    """Keras tensors that it reads."""
    makes: tuple[Any, ...]
    """Keras tensors that it makes."""
    frozen_from: int
    """The smallest freeze count with which the operation lies in the prefix."""


def walk(backbone: Any) -> list[Step]:
    """The operations in an order in which each comes after all that it reads.

    Layer i lies in the prefix from freeze count i + 1 on. An operation that is no layer (an addition in ConvNeXt) has
    no place in the count: it lies in the prefix as soon as all that it reads does.
    """
    places = {id(layer): place for place, layer in enumerate(backbone.layers, 1)}
    nodes = _nodes(backbone)
    made: dict[int, int] = {}
    steps = []
    for operation in backbone.operations:
        own = nodes[id(operation)]
        reads = tuple(tensor for node in own for tensor in node.input_tensors)
        makes = tuple(tensor for node in own for tensor in node.outputs)
        reached = max((made[id(tensor)] for tensor in reads), default=0)
        frozen_from = places.get(id(operation), reached)
        if frozen_from < reached:
            raise AssertionError(f"layer {operation.name} comes before one that it reads: the prefix is no prefix")
        made.update((id(tensor), frozen_from) for tensor in makes)
        steps.append(Step(operation, reads, makes, frozen_from))
    return steps


def _nodes(backbone: Any) -> dict[int, list[Any]]:
    """Nodes by operation, of this graph alone: a layer may have been called elsewhere too."""
    found: dict[int, list[Any]] = {}
    for nodes in backbone._nodes_by_depth.values():
        for node in nodes:
            found.setdefault(id(node.operation), []).append(node)
    return found
