"""Many jobs that exist already: a restart, the time at rest, one change among them."""

from __future__ import annotations

import time
from typing import Any

from bench.operator.contenders import OURS
from bench.operator.figures import Usage, creations, delays, percentile, writes_by_kind
from bench.operator.manifests import KINDS, manifest
from bench.operator.world import OPERATOR_USER, World, world
from tests.cluster.api import poll
from tests.support.operator_process import OperatorProcess

_REACTIONS = 100
_BETWEEN_SECONDS = 0.05


def at_rest(jobs: int, rest_seconds: float) -> dict[str, Any]:
    """Restart, steady state and reaction with so many jobs whose children exist; Job controller off."""
    with world(job_controller=False) as place:
        with place.operator("first") as first:
            first.wait_leading()
            _fill(place, jobs)
        mark, started = place.cluster.audit.mark(), time.monotonic()
        with place.operator("second") as second:
            synced = time.monotonic() - started
            poll(lambda: _passes(second), lambda done: done >= jobs, 300.0, f"{jobs} passes after the restart")
            looked = time.monotonic() - started
            begun = Usage.of(second.child.pid)
            time.sleep(rest_seconds)
            ended = Usage.of(second.child.pid)
            writes = sum(writes_by_kind(place.cluster.audit, OPERATOR_USER, mark).values())
            return {
                "jobs": jobs,
                "seconds_until_synced": round(synced, 2),
                "seconds_until_all_looked_at": round(looked, 2),
                "writes": writes,
                "rest_seconds": rest_seconds,
                "rest_cpu_percent": round(100 * (ended.cpu - begun.cpu) / max(rest_seconds, 1e-9), 2),
                "rss_mib": round(ended.rss_mib, 1),
                **_reaction(place),
            }


def reaction(jobs: int) -> dict[str, float]:
    """Reaction to one change at a time among so many jobs."""
    with world(job_controller=False) as place, place.operator() as operator:
        operator.wait_leading()
        _fill(place, jobs)
        return _reaction(place)


def idle() -> dict[str, float]:
    """Memory of an operator that leads and has nothing to do."""
    with world(job_controller=False) as place, place.operator() as operator:
        operator.wait_leading()
        return {"rss_mib": round(Usage.of(operator.child.pid).rss_mib, 1)}


def _fill(place: World, jobs: int) -> None:
    mark = place.cluster.audit.mark()
    place.load(OURS.kind, "job", jobs)
    place.wait_children(OURS.child, mark, jobs, deadline=max(300.0, jobs / 5))
    place.wait_settled(OPERATOR_USER)


def _passes(operator: OperatorProcess) -> float:
    """Passes that ended, whatever their result."""
    lines = operator.metrics().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("transferjob_reconcile_total{"))


def _reaction(place: World) -> dict[str, float]:
    """From the creation of a job to that of its child, one job at a time."""
    mark = place.cluster.audit.mark()
    for number in range(_REACTIONS):
        place.cluster.api.create(KINDS[OURS.kind].path(place.namespace), manifest(OURS.kind, f"late-{number}"))
        time.sleep(_BETWEEN_SECONDS)
    place.wait_children(OURS.child, mark, _REACTIONS, deadline=60.0)
    audit = place.cluster.audit
    waited = delays(creations(audit, OURS.plural, mark), creations(audit, OURS.child, mark), OURS.child_name)
    return {
        "reaction_p50": round(percentile(waited, 0.5), 4),
        "reaction_p99": round(percentile(waited, 0.99), 4),
    }
