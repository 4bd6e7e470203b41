"""The cut: the tensors that cross from the frozen prefix to the rest, taken on the graph."""

from __future__ import annotations

from typing import Any


def cut_tensors(backbone: Any, count: int) -> int:
    """Number of tensors made by the first `count` layers that the rest of the backbone, or the head, reads.

    An operation that is no layer (an addition in ConvNeXt) belongs to the prefix when all it reads does.
    """
    if count == 0:
        return 0
    prefix = {id(layer) for layer in backbone.layers[:count]}
    layers = {id(layer) for layer in backbone.layers}
    crossing: set[int] = set()
    made: dict[int, bool] = {}
    for operation in backbone.operations:
        reads = [tensor for node in _nodes(backbone, operation) for tensor in node.input_tensors]
        within = id(operation) in prefix
        if id(operation) not in layers:
            within = all(made[id(tensor)] for tensor in reads)
        if not within:
            crossing.update(id(tensor) for tensor in reads if made[id(tensor)])
        for node in _nodes(backbone, operation):
            made.update((id(tensor), within) for tensor in node.outputs)
    crossing.update(id(tensor) for tensor in backbone.outputs if made[id(tensor)])
    return len(crossing)


def _nodes(backbone: Any, operation: Any) -> list[Any]:
    """Nodes of the operation in this graph: a layer may have been called elsewhere too."""
    known = {id(node) for nodes in backbone._nodes_by_depth.values() for node in nodes}
    return [node for node in operation._inbound_nodes if id(node) in known]
