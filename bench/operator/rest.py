"""Many jobs that exist already: a restart, the time at rest, one change among them."""

from __future__ import annotations

import time
from typing import Any

from bench.operator.figures import Usage, delays_to_child, percentile, writes_by_kind
from bench.operator.loader import load
from bench.operator.world import OPERATOR_USER, World, world
from tests.cluster.api import poll

_REACTIONS = 20


def at_rest(jobs: int, rest_seconds: float) -> dict[str, Any]:
    """Restart, steady state and reaction with so many jobs whose children exist; Job controller off."""
    with world(job_controller=False) as place:
        with place.operator("first") as first:
            first.wait_leading()
            mark = place.cluster.audit.mark()
            load(place.cluster.kubeconfig, place.namespace, "job", jobs)
            place.wait_children(mark, jobs, deadline=max(300.0, jobs / 5))
            _settle(place)
        mark, started = place.cluster.audit.mark(), time.monotonic()
        with place.operator("second") as second:
            second.wait_leading()
            ready = time.monotonic() - started
            begun = Usage.of(second.child.pid)
            time.sleep(rest_seconds)
            ended = Usage.of(second.child.pid)
            writes = sum(writes_by_kind(place.cluster.audit, OPERATOR_USER, mark).values())
            return {
                "jobs": jobs,
                "restart_seconds": round(ready, 2),
                "writes_after_restart_and_at_rest": writes,
                "rest_seconds": rest_seconds,
                "rest_cpu_percent": round(100 * (ended.cpu - begun.cpu) / rest_seconds, 2),
                "rss_mib": round(ended.rss_mib, 1),
                **_reaction(place),
            }


def _settle(place: World) -> None:
    """Waits until the operator has written nothing for two seconds."""
    seen: list[int] = []

    def quiet() -> bool:
        seen.append(place.cluster.audit.mark())
        return len(seen) > 1 and seen[-1] == seen[-2]

    def look() -> bool:
        time.sleep(2.0)
        return quiet()

    poll(look, bool, 300.0, "the operator at rest")


def _reaction(place: World) -> dict[str, float]:
    mark = place.cluster.audit.mark()
    for number in range(_REACTIONS):
        load(place.cluster.kubeconfig, place.namespace, f"late-{number}", 1)
    place.wait_children(mark, _REACTIONS, deadline=60.0)
    delays = delays_to_child(place.cluster.audit, mark)
    return {
        "reaction_p50": round(percentile(delays, 0.5), 4),
        "reaction_worst": round(max(delays), 4),
    }
