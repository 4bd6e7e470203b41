"""In which of the Makefile's targets a test runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts/test"


@dataclass(frozen=True)
class Target:
    """A target, and whether it runs a test of this path with these markers."""

    command: str
    runs: Callable[[str, Set[str]], bool]


@cache
def _folders() -> tuple[str, ...]:
    """Folders that `make test` names."""
    return tuple(f"{folder}/" for folder in re.findall(r" (tests/\w+)", SCRIPT.read_text()))


TARGETS = (
    Target("make test", lambda path, markers: path.startswith(_folders()) and not {"slow", "exact"} & markers),
    Target("make test-slow", lambda _path, markers: "slow" in markers),
    Target("make test-faults", lambda path, _markers: path.startswith("tests/faults/")),
    Target("make test-exact", lambda path, markers: path.startswith("tests/exact/") and "exact" in markers),
)


def targets_of(path: str, markers: Set[str]) -> list[str]:
    """Commands that run a test.

    Args:
        path: of its file, from the root of the checkout.
        markers: names of its markers.
    """
    return [target.command for target in TARGETS if target.runs(path, markers)]
