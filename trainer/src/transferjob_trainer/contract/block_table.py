"""Blocks and stages of the 40 backbones, and of their other widths: the freeze counts at which they end.

blocks.json is generated from the graphs (`make generate-backbones`) and holds the plain variant of each backbone.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .arguments import builder_of
from .backbone_table import BACKBONES, BackboneFacts, Variant


@dataclass(frozen=True, slots=True)
class BlockTable:
    """Where blocks and stages of a backbone end. The layers in front of the first block are the stem."""

    blocks: dict[str, int]
    """Freeze count that takes in the stem and all blocks through this one, by the block's name, in order."""
    stages: tuple[int, ...]
    """The same for stages: groups of blocks whose outputs have one resolution."""

    def through_blocks(self, count: int) -> int:
        """Freeze count of the stem and the first `count` blocks; of nothing when count is 0."""
        return (0, *self.blocks.values())[count]

    def through_stages(self, count: int) -> int:
        """Freeze count of the stem and the first `count` stages; of nothing when count is 0."""
        return (0, *self.stages)[count]

    def block_at(self, end: int) -> str | None:
        """Name of the block that ends at this freeze count."""
        return next((name for name, count in self.blocks.items() if count == end), None)

    def place_of(self, count: int) -> str:
        """Where a freeze count cuts, in words that follow "the cut is"."""
        ended = self.block_at(count)
        if ended is not None:
            return f"at the end of block {ended}"
        names, ends = list(self.blocks), list(self.blocks.values())
        place = bisect_left(ends, count)
        if place == len(ends):
            return f"behind the last block, {names[-1]}"
        # The stem and the first block are one to the table: what comes before the first end may lie in either.
        return f"inside block {names[place]}" if place else f"inside the stem or the first block, {names[0]}"

    def nearest_end(self, count: int) -> tuple[str, int]:
        """The block whose end is nearest to a freeze count, the shallower of two, with that end."""
        return min(self.blocks.items(), key=lambda block: (abs(block[1] - count), block[1]))

    def shifted(self, layers: int) -> BlockTable:
        """The table of a graph that has so many layers more in its stem."""
        return BlockTable(
            {name: end + layers for name, end in self.blocks.items()}, tuple(end + layers for end in self.stages)
        )


def block_table(graph: str, variant: Variant = "plain") -> BlockTable:
    """Blocks and stages of a backbone. EfficientNet V1's ImageNet variant has its one more layer in the stem.

    Args:
        graph: the builder with the arguments that shape its graph (`BackboneSpec.graph`).
        variant: which of the two graphs of EfficientNet V1.
    """
    facts = BACKBONES[builder_of(graph)]
    return _plain_tables()[graph].shifted(facts.depth(variant) - facts.plain_depth)


def blocks_of(facts: BackboneFacts) -> int:
    """Number of blocks of a backbone."""
    return len(_plain_tables()[facts.name].blocks)


def stages_of(facts: BackboneFacts) -> int:
    """Number of stages of a backbone."""
    return len(_plain_tables()[facts.name].stages)


@cache
def _plain_tables() -> dict[str, BlockTable]:
    document = json.loads(files(__package__).joinpath("blocks.json").read_bytes())
    return {name: BlockTable(entry["blocks"], tuple(entry["stages"])) for name, entry in document.items()}
