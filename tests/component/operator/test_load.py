"""Many jobs at once, scaled down: writes a job, memory, and progress that stays within its share of writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.addresses import claim_node_address
from tests.component.operator.lifecycle import ACCOUNT, Lifecycle
from tests.component.operator.pods import DONE, Jobs
from tests.component.operator.reporters import Crowd, Reporters, memory_mib, start_all
from tests.support.operator_process import OperatorProcess

JOBS = 200
WRITES_A_JOB, GROWTH_MIB = 4, 40
WATCHED_SECONDS = 32.0
WRITE_SECONDS, A_SECOND = 10.0, 20.0
"""Of progress: between two writes to one job, and writes to all of them together."""


@pytest.fixture
def crowd(cluster: ControlPlane, namespace: str) -> Iterator[Crowd]:
    with closing(claim_node_address()) as claimed, Crowd(cluster.api, namespace, claimed.getsockname()[0]) as crowd:
        yield crowd


@pytest.mark.checklist(41)
@pytest.mark.slow
def test_many_jobs_from_creation_to_end_cost_four_writes_each_and_little_memory(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, crowd: Crowd
) -> None:
    before, mark, pid = memory_mib(operator.child.pid), cluster.audit.mark(), operator.child.pid
    names, _ = start_all(jobs, crowd, JOBS)
    poll(lambda: _phases(jobs), lambda phases: phases == ["Running"] * JOBS, 60, "all run")
    crowd.end_all(DONE.encode().decode())
    poll(lambda: _phases(jobs), lambda phases: phases == ["Succeeded"] * JOBS, 60, "all have succeeded")
    poll(Lifecycle(cluster, jobs).rests, bool, 20, "rest")
    made = [
        w for w in cluster.audit.writes(since=mark, user=ACCOUNT, namespace=jobs.namespace) if w.resource != "events"
    ]
    by_name = {name: [w.resource for w in made if w.name == name] for name in names}
    assert {resource for written in by_name.values() for resource in written} == {"jobs", "transferjobs"}
    assert max(map(len, by_name.values())) <= WRITES_A_JOB
    assert all(written.count("jobs") == 1 for written in by_name.values())
    assert memory_mib(pid) - before < GROWTH_MIB


@pytest.mark.checklist(42)
@pytest.mark.slow
def test_progress_of_many_at_once_is_one_write_a_job_in_an_interval(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, crowd: Crowd
) -> None:
    names, addresses = start_all(jobs, crowd, JOBS)
    with Reporters(addresses) as reporters:
        poll(lambda: _phases(jobs), lambda phases: phases == ["Running"] * JOBS, 60, "all run")
        poll(lambda: min(map(len, reporters.asked.values())), bool, 30, "all are asked")
        mark, until = cluster.audit.mark(), time.monotonic() + WATCHED_SECONDS
        poll(time.monotonic, lambda now: now > until, WATCHED_SECONDS + 5, "several intervals")
        written = cluster.audit.count(
            lambda write: write.name, since=mark, failed=True, user=ACCOUNT, namespace=jobs.namespace
        )
    most = 1 + WATCHED_SECONDS // WRITE_SECONDS
    assert set(written) == set(names), "each shows progress"
    assert max(written.values()) <= most
    assert sum(written.values()) <= WATCHED_SECONDS * A_SECOND * 1.1
    assert min(map(len, reporters.asked.values())) >= WATCHED_SECONDS / 10


def _phases(jobs: Jobs) -> list[str]:
    return [job.get("status", {}).get("phase", "") for job in jobs.all()]
