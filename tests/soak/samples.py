"""What the elder replica holds, looked at again and again."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.soak.slopes import Bound, fit, judged
from tests.support.operator_process import OperatorProcess

_MIB = 1 << 20
_WARM_UP_SHARE = 1 / 3
"""Part of a run whose samples do not count: caches and memory pools fill."""
_POOLS_FILL_SECONDS = 600.0
_WHILE_POOLS_FILL = Bound(per_hour=6.0, in_a_run=12.0)
BOUNDS = {
    "rss_mib": Bound(per_hour=6.0, in_a_run=2.0),
    "threads": Bound(per_hour=1.0, in_a_run=2.0),
    "descriptors": Bound(per_hour=1.0, in_a_run=8.0),
    "series": Bound(per_hour=20.0, in_a_run=40.0),
    "stored_jobs": Bound(per_hour=10.0, in_a_run=60.0),
    "stored_children": Bound(per_hour=10.0, in_a_run=60.0),
    "stored_pods": Bound(per_hour=10.0, in_a_run=90.0),
    "queue_depth": Bound(per_hour=5.0, in_a_run=60.0),
}
"""Growth that is none: about twice what 30 minutes with 3,100 jobs showed.

Memory rose by 10 MiB in the first ten minutes and by 0.9 MiB in the other twenty. Series come with what happens for the
first time (14 in those twenty minutes; one more histogram is 18). Jobs stored and queued follow the faults.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look."""

    seconds: float
    """Since the start of the soak."""
    rss_mib: float
    threads: int
    descriptors: int
    series: int
    """Without those of single jobs, which follow the population."""
    each_job_series: int
    stored_jobs: int
    """TransferJobs that the operator knows."""
    stored_children: int
    """Their Jobs."""
    stored_pods: int
    queue_depth: int
    cpu_seconds: float
    leads: bool
    away: bool = False
    """The API server is away: connections and jobs are fewer, and their return is no growth."""


def look(operator: OperatorProcess, started: float, *, away: bool) -> Sample | None:
    """A sample; None while the operator does not answer. Raises psutil.NoSuchProcess when it has ended."""
    process = psutil.Process(operator.child.pid)
    with process.oneshot():
        usage = process.memory_info().rss / _MIB, process.num_threads(), process.num_fds(), process.cpu_times()
    text = operator.metrics()
    if not text:
        return None
    found = [one for family in text_string_to_metric_families(text) for one in family.samples]
    values = {(one.name, tuple(one.labels.values())): one.value for one in found}
    each = sum(name.startswith("transferjob_each_job_") for name, _ in values)
    return Sample(
        seconds=round(time.monotonic() - started, 1),
        rss_mib=round(usage[0], 2),
        threads=usage[1],
        descriptors=usage[2],
        series=len(found) - each,
        each_job_series=each,
        stored_jobs=round(values["transferjob_stored_objects", ("transferjobs",)]),
        stored_children=round(values["transferjob_stored_objects", ("jobs",)]),
        stored_pods=round(values["transferjob_stored_objects", ("pods",)]),
        queue_depth=round(values["transferjob_workqueue_depth", ()]),
        cpu_seconds=round(usage[3].user + usage[3].system, 2),
        leads=values["transferjob_leader", ()] == 1.0,
        away=away,
    )


def settled(samples: list[Sample]) -> list[Sample]:
    """The samples that are judged: after the warm-up, and with an API server."""
    return [sample for sample in samples[int(len(samples) * _WARM_UP_SHARE) :] if not sample.away]


def slopes(samples: list[Sample]) -> dict[str, Any]:
    """Slope, bound and verdict of each quantity. Raises ValueError for too few samples."""
    kept = [asdict(sample) for sample in settled(samples)]
    times = [sample["seconds"] for sample in kept]
    filling = bool(times) and times[0] < _POOLS_FILL_SECONDS - 1
    bounds = {**BOUNDS, "rss_mib": _WHILE_POOLS_FILL} if filling else BOUNDS
    return {name: judged(fit(times, [sample[name] for sample in kept]), bound) for name, bound in bounds.items()}
