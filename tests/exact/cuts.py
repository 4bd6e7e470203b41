"""The three cuts at which each backbone is checked."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.graph.crossing import crossing_shapes


def three_cuts(name: str, backbone: Any) -> dict[str, int]:
    """Freeze counts inside the middle block, where most tensors cross, at its end, and all."""
    ends = list(block_table(name).blocks.values())
    middle = len(ends) // 2
    shapes = crossing_shapes(backbone)
    inside = max(range(ends[middle - 1] + 1, ends[middle]), key=lambda count: len(shapes[count]))
    return {"inside": inside, "block end": ends[middle], "all": len(backbone.layers)}
