"""build/exact/exact.json: the figures of every backbone that was checked, kept as each one ends.

`python -m tests.exact.record` prints them as tables.
"""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("keras", "tensorflow", "numpy")
FILE = Path(__file__).parents[2] / "build" / "exact" / "exact.json"


def record(kind: str, figures: dict[str, Any], file: Path = FILE) -> None:
    """Puts the figures of one backbone in the place of its earlier ones; what others wrote stays.

    Args:
        kind: `backbones` or `trajectories`.
        figures: as its process printed them.
        file: where they are kept.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        # Two tests may end at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        document = known(file)
        document["machine"] = {"cores": len(os.sched_getaffinity(0)), **{name: version(name) for name in _PACKAGES}}
        document[kind][figures["name"]] = {**figures, "time": datetime.now(UTC).isoformat(timespec="seconds")}
        beside = file.with_suffix(".tmp")
        beside.write_text(json.dumps(document, indent=1, sort_keys=True))
        beside.rename(file)


def known(file: Path = FILE) -> dict[str, Any]:
    """What was recorded so far."""
    document: dict[str, Any] = {"machine": {}, "backbones": {}, "trajectories": {}}
    return json.loads(file.read_text()) if file.exists() else document


def backbone_line(figures: dict[str, Any]) -> str:
    """A backbone's cuts: how far loss and gradients are off, and what the smallest disturbance made of them."""
    cuts = "; ".join(
        f"{kind} [:{cut['count']}] {cut['tensors']} tensors, loss off by {cut['loss_difference']:.1g},"
        f" gradients by {cut['gradient_to_noise']:g} of their noise,"
        f" disturbed by {cut['disturbance']:g} {min(cut['disturbed']):g} or more"
        for kind, cut in figures["cuts"].items()
    )
    return f"{figures['name']}: {cuts}; {figures['seconds']} s, {figures['peak_mib']} MiB"


def trajectory_line(figures: dict[str, Any]) -> str:
    """Where five steps of a backbone end, in units of what is allowed."""
    return (
        f"{figures['name']}, layers[:{figures['count']}], 5 steps: losses {figures['losses']}, off by"
        f" {figures['loss']} (loss), {figures['weights']} (weights) of what is allowed, {figures['same_bits']} of"
        f" {figures['variables']} variables the same to the bit; {figures['seconds']} s, {figures['peak_mib']} MiB"
    )


def main() -> None:
    """Prints everything that was recorded."""
    document = known()
    print(*map(backbone_line, document["backbones"].values()), sep="\n")
    print(*map(trajectory_line, document["trajectories"].values()), sep="\n")


if __name__ == "__main__":
    main()
