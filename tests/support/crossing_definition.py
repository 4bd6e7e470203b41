"""What crosses a cut by the definition, with sets: slow, and made without the spans that the trainer uses."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.graph.walk import walk


def crossing_names(backbone: Any) -> list[list[str]]:
    """Names of the operations whose tensors cross, for each freeze count from 0 to depth.

    The prefix is the first layers and the operations, no layers themselves, that read nothing else.
    """
    steps = walk(backbone)
    return [_at(backbone, steps, count) for count in range(len(backbone.layers) + 1)]


def _at(backbone: Any, steps: list[Any], count: int) -> list[str]:
    layers = {id(layer) for layer in backbone.layers}
    inside = {id(layer) for layer in backbone.layers[:count]}
    made: set[int] = set()
    for step in steps:
        free = id(step.operation) not in layers
        if id(step.operation) in inside or (free and all(id(tensor) in made for tensor in step.reads)):
            inside.add(id(step.operation))
            made |= {id(tensor) for tensor in step.makes}
    read = {id(tensor) for step in steps if id(step.operation) not in inside for tensor in step.reads}
    read |= {id(tensor) for tensor in backbone.outputs}
    return [step.operation.name for step in steps for tensor in step.makes if id(tensor) in made & read]
