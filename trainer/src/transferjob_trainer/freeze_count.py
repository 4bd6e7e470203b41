"""How many layers each form of spec.freeze means; needs no TensorFlow."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from decimal import Decimal

from .contract.backbone import BackboneSpec
from .contract.block_table import block_table
from .contract.freeze import FreezeSpec
from .errors import InvalidSpec


def freeze_count(
    freeze: FreezeSpec, layer_names: Sequence[str], backbone: BackboneSpec, *, field: str = "spec.freeze"
) -> int:
    """Number of layers, from the input, that the spec freezes.

    Args:
        freeze: the form that was given.
        layer_names: names of the backbone's layers in a first build, in order.
        backbone: which backbone it is; blocks and stages are those of its table.
        field: name of the freeze in sentences, e.g. spec.training.phases[0].freeze.

    Raises:
        AssertionError: auto, which is chosen before anything is counted.
        InvalidSpec: more layers, blocks or stages than there are, or a name that is not there (the nearest are told).
    """
    assert freeze.auto is None, "freeze.auto has no count until advice has chosen one"
    depth, table = len(layer_names), block_table(backbone.graph, backbone.resolved_variant)
    if freeze.layers is not None:
        _check(f"{field}.layers", freeze.layers, depth, f"the number of layers of {backbone.graph}")
        return freeze.layers
    if freeze.blocks is not None:
        _check(f"{field}.blocks", freeze.blocks, len(table.blocks), f"the number of blocks of {backbone.graph}")
        return table.through_blocks(freeze.blocks)
    if freeze.stages is not None:
        _check(f"{field}.stages", freeze.stages, len(table.stages), f"the number of stages of {backbone.graph}")
        return table.through_stages(freeze.stages)
    if freeze.fraction is not None:
        # The decimal that was written, not the binary number nearest to it: 0.29 of 100 layers is 29.
        return int(depth * Decimal(str(freeze.fraction)))
    if freeze.up_to is not None:
        return _index_of(freeze.up_to, layer_names, f"{field}.upTo") + 1
    return depth if freeze.all else 0


def _check(field: str, given: int, limit: int, limit_is: str) -> None:
    if given > limit:
        raise InvalidSpec(f"{field} must be at most {limit}, {limit_is}, got {given}")


def _index_of(name: str, layer_names: Sequence[str], field: str) -> int:
    if name in layer_names:
        return layer_names.index(name)
    near = difflib.get_close_matches(name, layer_names, n=3, cutoff=0.4)
    hint = f"; near it are {', '.join(near)}" if near else ""
    raise InvalidSpec(f"{field} names no layer of the backbone: {name!r}{hint}")
