"""Control groups of the nodes: two kubelets under one root would kill each other's pods."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_SECONDS = 10.0


def make(name: str) -> str:
    """Makes a group in every hierarchy; its path as a kubelet names it."""
    for hierarchy in _hierarchies():
        (hierarchy / name).mkdir(parents=True, exist_ok=True)
    return f"/{name}"


def remove(name: str) -> None:
    """Removes a group with all below it. What still runs in it must be on its way out."""
    end = time.monotonic() + _SECONDS
    while (left := [h / name for h in _hierarchies() if (h / name).is_dir()]) and time.monotonic() < end:
        for top in left:
            _remove_tree(top)
        time.sleep(0.05)


def names(prefix: str) -> set[str]:
    """The groups at the top whose names begin so."""
    return {group.name for hierarchy in _hierarchies() for group in hierarchy.glob(f"{prefix}*") if group.is_dir()}


def _remove_tree(top: Path) -> None:
    for group in sorted((path for path in top.rglob("*") if path.is_dir()), key=lambda path: -len(path.parts)):
        with contextlib.suppress(OSError):
            group.rmdir()
    with contextlib.suppress(OSError):
        top.rmdir()


def _hierarchies() -> Iterator[Path]:
    if (ROOT / "cgroup.controllers").exists():
        yield ROOT
        return
    yield from (path for path in ROOT.iterdir() if path.is_dir() and not path.is_symlink())
