"""Many jobs applied at once: how fast their children appear, and what that costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.operator.contenders import OURS, Contender
from bench.operator.figures import Usage, creations, delays, percentile, seconds, writes_by_kind
from bench.operator.manifests import KINDS
from bench.operator.world import World, world
from tests.cluster.api import poll
from tests.cluster.node.process import LocalNode

_PODS_AT_ONCE = 1_500
_PLAYED: list[dict[str, Any]] = [{"running": True}, {"wait_seconds": 0.2}, {"terminated": {"exitCode": 0}}]


def burst(contender: Contender, jobs: int) -> dict[str, float]:
    """Job controller off: creation of the children alone."""
    with prepared(contender) as place, contender.run(place) as pid:
        before, servers, mark = Usage.of(pid), place.servers(), place.cluster.audit.mark()
        place.load(contender.kind, "job", jobs)
        place.wait_children(contender.child, mark, jobs, deadline=max(120.0, jobs / 5))
        place.wait_settled(contender.user)
        return _figures(contender, place, mark, jobs, before, Usage.of(pid), place.servers() - servers)


def backlog(contender: Contender, jobs: int) -> dict[str, float]:
    """Jobs that exist before their operator starts, so that creating them bounds nothing; and how fast that went."""
    with prepared(contender) as place:
        begun, mark = time.monotonic(), place.cluster.audit.mark()
        place.load(contender.kind, "job", jobs)
        applied = jobs / (time.monotonic() - begun)
        servers = place.servers()
        with contender.run(place) as pid:
            place.wait_children(contender.child, mark, jobs, deadline=max(120.0, jobs / 5))
            times = sorted(write.time for write in creations(place.cluster.audit, contender.child, mark).values())
            place.wait_settled(contender.user)
            return {
                "jobs": jobs,
                "applied_per_second": round(applied, 1),
                "per_second": round(jobs / seconds(times[0], times[-1]), 1),
                "cpu_ms_per_job": round(1000 * Usage.of(pid).cpu / jobs, 2),
                "servers_cpu_ms_per_job": round(1000 * (place.servers() - servers) / jobs, 2),
            }


@contextmanager
def prepared(contender: Contender) -> Iterator[World]:
    """A world without the Job controller that has what the contender needs."""
    with world(job_controller=False) as place:
        contender.prepare(place)
        yield place


def burst_with_pods(jobs: int) -> dict[str, float]:
    """Job controller and scheduler on, and a node that plays each pod: from creation to the end of the last job."""
    with (
        world(job_controller=True) as place,
        LocalNode(place.cluster, cpu="64", pods=_PODS_AT_ONCE, scripted_default=_PLAYED),
        OURS.run(place) as pid,
    ):
        before, servers, mark = Usage.of(pid), place.servers(), place.cluster.audit.mark()
        place.load(OURS.kind, "job", jobs)
        place.wait_children(OURS.child, mark, jobs, deadline=max(120.0, jobs / 5))
        place.wait_settled(OURS.user, deadline=max(600.0, jobs))  # lists in between would cost what is measured
        poll(lambda: _finished(place), lambda done: done >= jobs, max(600.0, jobs), "all jobs finished")
        return _figures(OURS, place, mark, jobs, before, Usage.of(pid), place.servers() - servers)


def _finished(place: World) -> int:
    items = place.cluster.api.get(KINDS[OURS.kind].path(place.namespace))["items"]
    return sum(item.get("status", {}).get("phase") in ("Succeeded", "Failed") for item in items)


def _figures(
    contender: Contender, place: World, mark: int, jobs: int, before: Usage, after: Usage, servers: float
) -> dict[str, float]:
    audit = place.cluster.audit
    made, children = creations(audit, contender.plural, mark), creations(audit, contender.child, mark)
    waited = delays(made, children, contender.child_name)
    first = min(write.time for write in made.values())
    last = max(write.time for write in children.values())
    writes = writes_by_kind(audit, contender.user, mark)
    events = sum(number for kind, number in writes.items() if " events" in kind)
    return {
        "jobs": jobs,
        "per_second": round(jobs / seconds(first, last), 1),
        "p50": round(percentile(waited, 0.5), 3),
        "p99": round(percentile(waited, 0.99), 3),
        "cpu_ms_per_job": round(1000 * (after.cpu - before.cpu) / jobs, 2),
        "servers_cpu_ms_per_job": round(1000 * servers / jobs, 2),
        "rss_mib": round(after.rss_mib, 1),
        "writes_per_job": round((sum(writes.values()) - events) / jobs, 3),
        "events_per_job": round(events / jobs, 3),
    }
