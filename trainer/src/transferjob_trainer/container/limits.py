"""Processors and memory that this process may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from .cgroup import MEMBERSHIP, MOUNT, folders, number, text

_MEMORY_FILES = ("memory.max", "memory.limit_in_bytes")
_MIB = 1 << 20


def memory_limit(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> int:
    """Bytes of memory that this process may use: the cgroup's limit, or the host's memory where that is less."""
    places = (folder / name for folder in folders("memory", mount, membership) for name in _MEMORY_FILES)
    return min([_host_memory(), *(limit for place in places if (limit := number(place)) is not None)])


def cores(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> int:
    """Processors that this process may use, at least 1: affinity, or the cgroup's quota where that is less."""
    return max(1, min([_processors(), *map(ceil, _quotas(mount, membership))]))


def describe_limits(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> str:
    """Both, for the log, with what the machine has where that is more."""
    quota = min(_quotas(mount, membership), default=None)
    processors = f"{cores(mount, membership)} of {_processors()} processors"
    if quota is not None:
        processors += f" (quota {quota:g})"
    memory, host = memory_limit(mount, membership), _host_memory()
    of_host = f" of the machine's {host // _MIB:,}" if memory < host else ""
    return f"{processors}, {memory // _MIB:,} MiB of memory{of_host}"


def _host_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def _quotas(mount: Path, membership: Path) -> Iterator[float]:
    """Processors' time that each level allows, as a number of processors."""
    for folder in folders("cpu", mount, membership):
        fields = text(folder / "cpu.max").split()
        if len(fields) == 2 and fields[0].isdigit():
            yield int(fields[0]) / int(fields[1])
        quota, period = number(folder / "cpu.cfs_quota_us"), number(folder / "cpu.cfs_period_us")
        if quota and period:
            yield quota / period
