"""A backbone along its depth: what is frozen, what learns, where blocks end."""

from __future__ import annotations

from itertools import pairwise

from transferjob_trainer.contract import BACKBONES, Variant
from transferjob_trainer.contract.arguments import builder_of
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.layer_table import layer_table

from .markup import Markup, joined, tag

FROZEN, LEARNS, HEAD = "#56B4E9", "#E69F00", "#009E73"
_WIDTH, _HEIGHT, _HEAD, _GAP = 460.0, 22, 22.0, 1.0


def depth_bar(backbone: str, frozen: int, variant: Variant = "imagenet") -> Markup:
    """A cell a block, as wide as it has layers, from the input to the head; nothing for an unknown backbone."""
    if builder_of(backbone) not in BACKBONES:
        return Markup()
    table, depth = block_table(backbone, variant), len(layer_table(backbone, variant))
    ends = sorted({0, *(end for end in table.blocks.values() if end < depth), depth, min(frozen, depth)})
    scale = (_WIDTH - _HEAD) / depth
    cells = [
        _cell(start * scale, (end - start) * scale, FROZEN if end <= frozen else LEARNS,
              f"layers {start + 1} to {end}, {'frozen' if end <= frozen else 'learns'}")
        for start, end in pairwise(ends)
    ]  # fmt: skip
    cells.append(_cell(_WIDTH - _HEAD, _HEAD, HEAD, "head"))
    cut = tag("path", d=f"M{frozen * scale:.1f} 0V{_HEIGHT}", stroke="var(--ink, currentColor)", stroke_width=2)
    label = f"{backbone}: {frozen} of {depth} layers frozen"
    look = f"max-width:{_WIDTH:.0f}px;width:100%;height:auto"
    return tag(
        "svg", joined(cells), cut, viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT}", role="img", aria_label=label, style=look
    )


def _cell(x: float, width: float, colour: str, words: str) -> Markup:
    shown = max(0.5, width - _GAP)
    return tag("rect", tag("title", words), x=f"{x:.1f}", y=3, width=f"{shown:.1f}", height=_HEIGHT - 6, fill=colour)
