"""What the story tells: a row for each scenario with its time, and what was seen on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = Path("build/e2e/story.json")


@dataclass
class Row:
    """One scenario."""

    title: str
    seconds: float
    outcome: str


@dataclass
class Story:
    """The scenarios so far, and texts and figures by name."""

    started: float = field(default_factory=time.time)
    rows: list[Row] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def tell(self, title: str, seconds: float, outcome: str) -> None:
        """Adds a scenario."""
        self.rows.append(Row(title, round(seconds, 1), outcome))

    def see(self, name: str, what: Any) -> None:
        """Keeps a text or a figure for the file."""
        self.seen[name] = what

    def save(self) -> None:
        """Writes build/e2e/story.json."""
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps({**asdict(self), "seconds": round(time.time() - self.started)}, indent=2))


def table(rows: Sequence[Row]) -> str:
    """The rows as text."""
    width = max((len(row.title) for row in rows), default=0)
    lines = [f"{row.title:<{width}}  {row.seconds:>7.1f} s  {row.outcome}" for row in rows]
    return "\n".join([*lines, f"{'together':<{width}}  {sum(row.seconds for row in rows):>7.1f} s"])
