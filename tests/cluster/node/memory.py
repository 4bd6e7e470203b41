"""How much memory a container's processes hold, without cgroups."""

from __future__ import annotations

import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def private_bytes(pid: int) -> int:
    """Resident memory of a process and of all that descend from it, in bytes.

    Pages of files and of shared memory, tmpfs included, are not counted; processes that end meanwhile are left out.
    """
    children = _children()
    total, waiting = 0, [pid]
    while waiting:
        current = waiting.pop()
        total += _own(current)
        waiting += children.get(current, [])
    return total


def _own(pid: int) -> int:
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * _PAGE


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            found.setdefault(_parent(entry), []).append(int(entry.name))
    return found


def _parent(process: Path) -> int:
    try:
        stat = (process / "stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
