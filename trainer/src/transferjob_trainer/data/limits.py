"""What this process may use of its machine: the cgroup's limits, not the host's size."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMORY_FILES = ("memory.max", "memory/memory.limit_in_bytes")


def memory_limit(root: Path = _CGROUP) -> int:
    """Bytes of memory that this process may use: the cgroup's limit, or the host's memory where that is less."""
    host = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [number for name in _MEMORY_FILES if (number := _number(root / name)) is not None]
    return min([host, *limits])


def cores(root: Path = _CGROUP) -> int:
    """Processors that this process may use, at least 1: affinity, or the cgroup's quota where that is less."""
    available = len(os.sched_getaffinity(0))
    quota = _quota(root)
    return max(1, available if quota is None else min(available, -int(-quota // 1)))


def _quota(root: Path) -> float | None:
    fields = _text(root / "cpu.max").split()
    if len(fields) == 2 and fields[0].isdigit():
        return int(fields[0]) / int(fields[1])
    quota, period = _number(root / "cpu/cpu.cfs_quota_us"), _number(root / "cpu/cpu.cfs_period_us")
    return quota / period if quota and period else None


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
