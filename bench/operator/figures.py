"""Figures of a run: percentiles of latencies, and what a process has used."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import psutil

from tests.cluster.audit import AuditLog, Write
from transferjob_operator.core.naming import child_name

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds and resident memory of one process at one moment."""

    at: float
    cpu: float
    rss_mib: float

    @classmethod
    def of(cls, pid: int) -> Usage:
        """What the process has used so far."""
        process = psutil.Process(pid)
        times = process.cpu_times()
        return cls(time.monotonic(), times.user + times.system, process.memory_info().rss / _MIB)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def seconds(first: str, second: str) -> float:
    """Seconds between two times of the audit log."""
    return datetime.fromisoformat(second).timestamp() - datetime.fromisoformat(first).timestamp()


def creations(audit: AuditLog, resource: str, since: int) -> dict[str, Write]:
    """The first successful creation of each name of a resource."""
    found: dict[str, Write] = {}
    for write in audit.writes(since=since, verb="create", resource=resource, subresource=""):
        found.setdefault(write.name, write)
    return found


def delays_to_child(audit: AuditLog, since: int) -> list[float]:
    """Seconds from the creation of each TransferJob to that of its child Job."""
    children = creations(audit, "jobs", since)
    made = creations(audit, "transferjobs", since)
    return [seconds(write.time, children[child_name(name)].time) for name, write in made.items()]


def writes_by_kind(audit: AuditLog, user: str, since: int) -> dict[str, int]:
    """Writes of a user by verb and resource, Leases apart."""
    counted = audit.count(lambda w: (w.verb, w.resource, w.subresource), since=since, failed=True, user=user)
    return {" ".join(filter(None, key)): number for key, number in counted.items() if key[1] != "leases"}
