"""A backbone along its depth, in letters: what is frozen, what learns, where blocks and stages end."""

from __future__ import annotations

from rich.text import Text

from transferjob_trainer.contract.block_table import BlockTable

FROZEN, LEARNS, HEAD = "#56B4E9", "#E69F00", "#009E73"
"""Okabe and Ito's; frozen and learning cells differ as letters too."""
_MOST = 72
_LEAST = 20
_HEAD = "head"


def depth_bar(table: BlockTable, depth: int, frozen: int | None, width: int, *, unicode: bool) -> Text:
    """Three lines: the layers from the input on, a mark below the last layer of a block, a number where a stage ends.

    Args:
        table: where blocks and stages end.
        depth: layers of the backbone.
        frozen: the freeze count; None draws no frozen part.
        width: characters of the terminal.
        unicode: whether it shows more than ASCII.
    """
    cells = max(_LEAST, min(_MOST, width - len(_HEAD) - 1))
    cut = 0 if frozen is None else _place(frozen, depth, cells)
    still, learning = ("█", "░") if unicode else ("#", "-")
    text = Text(no_wrap=True, overflow="crop")
    text.append(still * cut, style=FROZEN).append(learning * (cells - cut), style=LEARNS)
    text.append("|", style="dim").append(_HEAD, style=HEAD).append("\n")
    text.append(_marks(table, depth, cells, unicode=unicode) + "\n", style="dim")
    return text.append(_numbers(table, depth, cells), style="dim")


def _place(count: int, depth: int, cells: int) -> int:
    """Cells that stand for so many layers; the first and the last layer are never hidden."""
    place = round(cells * count / depth)
    return min(max(place, 1 if count else 0), cells if count == depth else cells - 1)


def _marks(table: BlockTable, depth: int, cells: int, *, unicode: bool) -> str:
    line = [" "] * cells
    block, stage = ("╵", "┻") if unicode else ("'", "^")
    for end in table.blocks.values():
        line[max(0, _place(end, depth, cells) - 1)] = block
    for end in table.stages:
        line[max(0, _place(end, depth, cells) - 1)] = stage
    return "".join(line).rstrip()


def _numbers(table: BlockTable, depth: int, cells: int) -> str:
    """Freeze counts of the stages' ends, where there is room, each below its mark."""
    line = ""
    for end in table.stages:
        words, place = str(end), max(0, _place(end, depth, cells) - 1)
        start = max(0, place - len(words) + 1)
        if start > len(line) or (start == 0 and not line):
            line = line.ljust(start) + words
    return line
