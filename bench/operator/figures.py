"""Figures of a run: percentiles of latencies, and what a process has used."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psutil

from tests.cluster.audit import AuditLog, Write

_MIB, _CREATED = 1 << 20, 201


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
    for write in audit.writes(since=since, resource=resource, subresource=""):
        if write.code == _CREATED:  # not by the verb: a server-side apply creates as well
            found.setdefault(write.name, write)
    return found


def delays(made: Mapping[str, Write], children: Mapping[str, Write], child_name: Callable[[str], str]) -> list[float]:
    """Seconds from the creation of each job to that of its child."""
    return [seconds(write.time, children[child_name(name)].time) for name, write in made.items()]


def writes_by_kind(audit: AuditLog, user: str, since: int) -> dict[str, int]:
    """Writes of a user by verb and resource, Leases apart."""
    counted = audit.count(lambda w: (w.verb, w.resource, w.subresource), since=since, failed=True, user=user)
    return {" ".join(filter(None, key)): number for key, number in counted.items() if key[1] != "leases"}


def spread(runs: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """The median of each figure over the runs, and the smallest and largest under `spread`."""
    columns = {name: sorted(run[name] for run in runs) for name in runs[0]}
    return {
        **{name: values[len(values) // 2] for name, values in columns.items()},
        "runs": len(runs),
        "spread": {name: [values[0], values[-1]] for name, values in columns.items()},
    }
