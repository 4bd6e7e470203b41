"""The log of a trainer that a limit ends while it runs: asked for first, quoted where it comes."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builders import make_child, make_job, make_pod, make_running_pod
from tests.unit.operator.core.passes import SETTINGS, at, look
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import decide

RUNNING = Observed(make_child(), (make_running_pod(),), still_seconds=2000)
BEGUN = look(1, replace(RUNNING, still_seconds=0)).status


def test_the_log_is_wanted_where_a_stall_or_a_deadline_ends_the_job() -> None:
    for decision in (look(900, RUNNING, BEGUN, retries=0), look(900, RUNNING, BEGUN, activeDeadlineSeconds=60)):
        assert decision.status.phase == "Failed"
        assert decision.log_of is not None
        assert (decision.log_of.pod, decision.log_of.uid) == ("flowers-abcde", "pod-1")


def test_the_log_that_came_is_in_the_status_and_never_changes_a_final_one() -> None:
    told = look(900, replace(RUNNING, log_tail="shard 7"), BEGUN, retries=0)
    assert told.status.failure is not None
    assert told.status.failure.log_tail == "shard 7"
    after = look(901, replace(RUNNING, log_tail="shard 8"), told.status, retries=0)
    assert (after.status, after.log_of) == (told.status, None)


def test_no_log_is_asked_for_where_none_is_kept_nothing_ran_or_the_job_goes_on() -> None:
    job = make_job(run={"retries": 0})
    off = decide(job, BEGUN, RUNNING, replace(SETTINGS, keep_log_tail=False), at(900))
    assert (off.status.phase, off.log_of) == ("Failed", None)
    bound = Observed(make_child(), (make_pod(node="node-1"),))
    late = look(2000, bound, BEGUN)
    assert (late.status.phase, late.log_of) == ("Failed", None)
    restarted = look(900, RUNNING, BEGUN, retries=3)
    assert (restarted.status.phase, restarted.log_of) == ("Running", None)
