"""Where the blocks and stages of a family end, read from the graph of a backbone and the names that its family gives.

A block is a residual, dense, inception, NASNet or inverted residual unit, or VGG's convolutions with their pool. Each
is known by the names of its layers. It ends at the first count from its last named layer on at which one tensor
crosses (Xception's sums have no names of their own); in NASNet, where each cell reads the two before it, at its
concatenation. A stage is the blocks whose outputs have one resolution. The generated table in `contract` holds what
this finds.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from ..contract.block_table import BlockTable
from .crossing import Crossing, crossing_shapes

_CELL = r"^((?:normal|reduction)_concat_(?:reduce_)?\d+)$"
_BLOCK_NAMES = {
    "vgg16": r"^(block\d+)_",
    "vgg19": r"^(block\d+)_",
    "resnet": r"^(conv\d+_block\d+)_",
    "resnet_v2": r"^(conv\d+_block\d+)_",
    "densenet": r"^(conv\d+_block\d+)_",
    "xception": r"^(block(?:[2-9]|1\d))_",
    "inception_v3": r"^(mixed\d+)$",
    "inception_resnet_v2": r"^(mixed_\d[ab]|block\d+_\d+)(?:_|$)",
    "mobilenet": r"^conv_(?:pad|dw|pw)_(\d+)",
    "mobilenet_v2": r"^(expanded_conv|block_\d+)_",
    "mobilenet_v3": r"^(expanded_conv(?:_\d+)?)_",
    "efficientnet": r"^(block\d+[a-z])_",
    "efficientnet_v2": r"^(block\d+[a-z])_",
    "convnext": r"_(stage_\d+_block_\d+)_",
    "nasnet": _CELL,
}
"""The name of the block in the name of a layer, by family. Layers in front of the first block are the stem."""
_STAGE_NAMES = {"resnet_v2": r"^(conv\d+)_"}
"""ResNet V2 halves the resolution in the last block of a stage, so its stages go by name."""


def find_blocks(backbone: Any, family: str) -> BlockTable:
    """Blocks and stages of a backbone that was built at its default size, where no two resolutions fall together."""
    shapes = crossing_shapes(backbone)
    single = family != "nasnet"
    ends = {name: _end(last, shapes) if single else last for name, last in _last_layers(backbone, family).items()}
    counts = list(ends.values())
    if counts != sorted(set(counts)):
        raise AssertionError(f"the blocks of {backbone.name} do not end one after the other: {ends}")
    return BlockTable(blocks=ends, stages=tuple(_stages(ends, shapes, family)))


def _last_layers(backbone: Any, family: str) -> dict[str, int]:
    """Freeze count that takes in the last named layer of each block."""
    pattern = re.compile(_BLOCK_NAMES[family])
    last: dict[str, int] = {}
    for count, layer in enumerate(backbone.layers, 1):
        found = pattern.search(layer.name)
        if found:
            last[f"block_{found[1]}" if found[1].isdigit() else found[1]] = count
    return last


def _end(last: int, shapes: tuple[tuple[Crossing, ...], ...]) -> int:
    return next(count for count in range(last, len(shapes)) if len(shapes[count]) == 1)


def _stages(ends: dict[str, int], shapes: tuple[tuple[Crossing, ...], ...], family: str) -> list[int]:
    by_name = _STAGE_NAMES.get(family)

    def stage(block: tuple[str, int]) -> object:
        name, end = block
        found = re.match(by_name, name) if by_name else None
        # The block's own output is the last tensor made of those that cross.
        return found[1] if found else shapes[end][-1].shape[:2]

    blocks = list(ends.items())
    changes = [before[1] for before, after in pairwise(blocks) if stage(before) != stage(after)]
    return [*changes, blocks[-1][1]]
