"""Findings as rows that wrap to the width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ..checkup import Finding

_STYLES = {"ok": "green", "warning": "yellow", "fault": "bold red", "unknown": "dim"}


def checkup_view(found: Sequence[Finding]) -> RenderableType:
    """A row each; the cure below what was found."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for finding in found:
        words = Text(finding.found)
        if finding.cure:
            words.append(f"\n-> {finding.cure}", style="bold")
        grid.add_row(Text(finding.state, style=_STYLES[finding.state]), finding.question, words)
    return grid
