"""build/exact/exact.json: the figures of every backbone that was checked, kept as each one ends."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "build" / "exact" / "exact.json"


def record(kind: str, figures: dict[str, Any], file: Path = FILE) -> None:
    """Puts the figures of one backbone in the place of its earlier ones; what others wrote stays.

    Args:
        kind: `backbones` or `trajectories`.
        figures: as its process printed them.
        file: where they are kept.
    """
    document = json.loads(file.read_text()) if file.exists() else {"machine": {}, "backbones": {}, "trajectories": {}}
    document["machine"] = {"cores": len(os.sched_getaffinity(0)), **{name: version(name) for name in _PACKAGES}}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    document[kind][figures["name"]] = {**figures, "time": now}
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".tmp")
    beside.write_text(json.dumps(document, indent=1, sort_keys=True))
    beside.rename(file)


_PACKAGES = ("keras", "tensorflow", "numpy")
