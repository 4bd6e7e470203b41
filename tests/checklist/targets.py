"""In which of the Makefile's targets a test runs."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A target, and whether it runs a test of this path with these markers."""

    command: str
    runs: Callable[[str, Set[str]], bool]


DEFAULT_FOLDERS = ("e2e", "faults", "exact", "component", "unit", "contract")
"""Folders of tests/ that scripts/test names."""

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


def _folders() -> tuple[str, ...]:
    return tuple(f"tests/{folder}/" for folder in DEFAULT_FOLDERS)
