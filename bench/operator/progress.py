"""Many running jobs that all report progress: what it takes to follow them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from contextlib import closing
from itertools import pairwise

from bench.operator.contenders import OURS
from bench.operator.figures import Usage
from bench.operator.manifests import KINDS
from bench.operator.world import OPERATOR_USER, World, world
from tests.cluster.api import poll
from tests.cluster.node.addresses import claim_node_address
from tests.component.operator.reporters import Crowd, Reporters


def progress(jobs: int, watched_seconds: float) -> dict[str, float]:
    """Job controller and scheduler on; pods that are played and answer each question with something new."""
    deadline = max(300.0, jobs)
    with (
        world(job_controller=True) as place,
        closing(claim_node_address()) as claimed,
        Crowd(place.cluster.api, place.namespace, claimed.getsockname()[0]) as crowd,
        OURS.run(place) as pid,
    ):
        mark = place.cluster.audit.mark()
        place.load(OURS.kind, "job", jobs)
        place.wait_children(OURS.child, mark, jobs, deadline)  # lists in between would cost more than the jobs
        with Reporters(crowd.run_all(jobs, deadline)) as reporters:
            poll(lambda: _running(place), lambda running: running == jobs, deadline, "all run")
            poll(lambda: min(map(len, reporters.asked.values())), bool, deadline, "all are asked")
            return _watched(place, pid, reporters, watched_seconds)


def _watched(place: World, pid: int, reporters: Reporters, watched_seconds: float) -> dict[str, float]:
    mark, before, servers = place.cluster.audit.mark(), Usage.of(pid), place.servers()
    since = time.monotonic()
    time.sleep(watched_seconds)
    after, took = Usage.of(pid), time.monotonic() - since
    servers = place.servers() - servers
    written = place.cluster.audit.count(
        lambda write: write.name, since=mark, failed=True, user=OPERATOR_USER, resource="transferjobs"
    )
    return {
        "jobs": len(reporters.asked),
        "writes_per_second": round(sum(written.values()) / took, 1),
        "seconds_between_questions": round(_between(reporters.asked.values(), since), 2),
        "cpu_percent": round(100 * (after.cpu - before.cpu) / took, 1),
        "servers_cpu_percent": round(100 * servers / took, 1),
        "rss_mib": round(after.rss_mib, 1),
    }


def _between(asked: Iterable[list[float]], since: float) -> float:
    """The median of the pauses between two questions to the same pod."""
    pauses = (later - earlier for times in asked for earlier, later in pairwise(list(times)) if later > since)
    return statistics.median([*pauses] or [float("inf")])


def _running(place: World) -> int:
    items = place.cluster.api.get(KINDS[OURS.kind].path(place.namespace))["items"]
    return sum(item.get("status", {}).get("phase") == "Running" for item in items)
