"""Many jobs applied at once: how fast their child Jobs appear, and what that costs the operator."""

from __future__ import annotations

from typing import Any

from bench.operator.figures import Usage, creations, delays_to_child, percentile, seconds, writes_by_kind
from bench.operator.loader import load
from bench.operator.world import OPERATOR_USER, World, world
from tests.cluster.api import poll
from tests.cluster.node.process import LocalNode

_PODS_AT_ONCE = 1_500
_PLAYED: list[dict[str, Any]] = [{"running": True}, {"wait_seconds": 0.2}, {"terminated": {"exitCode": 0}}]


def burst(jobs: int) -> dict[str, Any]:
    """Job controller off: creation of child Jobs alone."""
    with world(job_controller=False) as place, place.operator() as operator:
        operator.wait_leading()
        before, mark = Usage.of(operator.child.pid), place.cluster.audit.mark()
        load(place.cluster.kubeconfig, place.namespace, "job", jobs)
        place.wait_children(mark, jobs, deadline=max(120.0, jobs / 5))
        return _figures(place, mark, jobs, before, Usage.of(operator.child.pid))


def burst_with_pods(jobs: int) -> dict[str, Any]:
    """Job controller and scheduler on, and a node that plays each pod: from creation to the end of the last job."""
    with (
        world(job_controller=True) as place,
        LocalNode(place.cluster, cpu="64", pods=_PODS_AT_ONCE, scripted_default=_PLAYED),
        place.operator() as operator,
    ):
        operator.wait_leading()
        before, mark = Usage.of(operator.child.pid), place.cluster.audit.mark()
        load(place.cluster.kubeconfig, place.namespace, "job", jobs)
        poll(lambda: _finished(place), lambda done: done >= jobs, max(600.0, jobs), "all jobs finished")
        return _figures(place, mark, jobs, before, Usage.of(operator.child.pid))


def _finished(place: World) -> int:
    path = f"/apis/transferjob.dev/v1alpha1/namespaces/{place.namespace}/transferjobs"
    items = place.cluster.api.get(path)["items"]
    return sum(item.get("status", {}).get("phase") in ("Succeeded", "Failed") for item in items)


def _figures(place: World, mark: int, jobs: int, before: Usage, after: Usage) -> dict[str, Any]:
    audit = place.cluster.audit
    made, children = creations(audit, "transferjobs", mark), creations(audit, "jobs", mark)
    delays = delays_to_child(audit, mark)
    first = min(write.time for write in made.values())
    last = max(write.time for write in children.values())
    writes = writes_by_kind(audit, OPERATOR_USER, mark)
    events = sum(number for kind, number in writes.items() if " events" in kind)
    return {
        "jobs": jobs,
        "per_second": round(jobs / seconds(first, last), 1),
        "p50": round(percentile(delays, 0.5), 3),
        "p99": round(percentile(delays, 0.99), 3),
        "cpu_ms_per_job": round(1000 * (after.cpu - before.cpu) / jobs, 2),
        "rss_mib": round(after.rss_mib, 1),
        "writes_per_job": round((sum(writes.values()) - events) / jobs, 3),
        "events_per_job": round(events / jobs, 3),
        "writes": writes,
    }
