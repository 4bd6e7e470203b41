"""The file of a cell's results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

OUTPUT = Path("build/bench/advice")


def whole(out: Path) -> bool:
    """Whether the cell's advice and all its jobs are done."""
    done = read(out)
    return "advice" in done and all(str(count) in done["trained"] for count in done["advice"]["cuts"])


def read(path: Path) -> dict[str, Any]:
    """What the cell has found so far."""
    document: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return document
