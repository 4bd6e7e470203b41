"""run.activeDeadlineSeconds: what counts, who wins, and what a restart of the operator changes (nothing)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import make_child, make_condition, make_ended_pod, make_running_pod
from tests.unit.operator.core.passes import at, budget, look, reason, resumed_child, suspended_child
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import DeleteJob

RUNNING = Observed(make_child(), (make_running_pod(),))


@pytest.mark.checklist(3)
def test_the_deadline_ends_the_job_and_frees_the_gpu_in_that_order() -> None:
    first = look(1, RUNNING, activeDeadlineSeconds=60)
    assert budget(first.status).active_since == at(0)
    assert first.requeue_after == 59
    over = look(60, RUNNING, first.status, activeDeadlineSeconds=60)
    assert reason(over) == "DeadlineExceeded"
    assert (budget(over.status).active_seconds, budget(over.status).active_since) == (60, None)
    assert [type(action) for action in over.actions] == [DeleteJob]


@pytest.mark.checklist(3)
def test_a_crash_before_the_deletion_is_made_good() -> None:
    over = look(60, RUNNING, look(1, RUNNING).status, activeDeadlineSeconds=60)
    again = look(61, RUNNING, over.status, activeDeadlineSeconds=60)
    assert again.status == over.status
    assert again.actions == over.actions
    assert look(62, Observed(), over.status).actions == ()


@pytest.mark.checklist(23)
def test_suspended_time_does_not_count_though_nobody_looked() -> None:
    ran = look(1, RUNNING).status
    # Suspended from 30 on, seen at 100; resumed at 500, seen at 520.
    paused = look(100, Observed(suspended_child(30)), ran, suspend=True).status
    assert (budget(paused).active_seconds, budget(paused).active_since) == (30, None)
    assert look(9000, Observed(suspended_child(30)), paused, suspend=True, activeDeadlineSeconds=40).status == paused
    resumed = look(520, Observed(resumed_child(500)), paused, activeDeadlineSeconds=60)
    assert reason(resumed) is None
    assert budget(resumed.status).active_since == at(500)
    assert resumed.requeue_after is not None
    assert resumed.requeue_after <= 10
    assert (
        reason(look(530, Observed(resumed_child(500)), resumed.status, activeDeadlineSeconds=60)) == "DeadlineExceeded"
    )


@pytest.mark.checklist(24)
def test_success_at_the_same_moment_wins() -> None:
    begun = look(1, RUNNING).status
    ended = make_ended_pod(0, finished_at=at(60))
    told = look(60, Observed(make_child(), (ended,)), begun, activeDeadlineSeconds=60)
    assert reason(told) is None
    complete = make_child(conditions=(make_condition("Complete", time=at(60)),), completion_time=at(60))
    done = look(61, Observed(complete, (ended,)), told.status, activeDeadlineSeconds=60)
    assert done.status.phase == "Succeeded"
    assert look(900, Observed(complete, (ended,)), done.status, activeDeadlineSeconds=60).status == done.status


def test_a_trainer_that_has_succeeded_is_not_ended_though_something_beside_it_holds_its_pod() -> None:
    begun = look(1, RUNNING).status
    held = make_ended_pod(0, phase="Running", finished_at=at(50))
    for seconds in (60, 5000):
        assert reason(look(seconds, Observed(make_child(), (held,)), begun, activeDeadlineSeconds=60)) is None
    failed = make_ended_pod(1, phase="Running", finished_at=at(50))
    assert reason(look(60, Observed(make_child(), (failed,)), begun, activeDeadlineSeconds=60)) is None
    assert reason(look(5000, Observed(make_child(), (failed,)), begun, activeDeadlineSeconds=60)) == "DeadlineExceeded"


def test_raising_and_removing_the_limit_acts_at_once() -> None:
    begun = look(1, RUNNING).status
    assert reason(look(80, RUNNING, begun, activeDeadlineSeconds=100)) is None
    assert reason(look(80, RUNNING, begun)) is None
    assert reason(look(80, RUNNING, begun, activeDeadlineSeconds=70)) == "DeadlineExceeded"


@pytest.mark.checklist(23)
def test_a_clock_that_jumps_back_ends_nothing_and_counts_nothing_twice() -> None:
    begun = look(1, RUNNING, activeDeadlineSeconds=60).status
    back = look(-500, RUNNING, begun, activeDeadlineSeconds=60)
    assert (back.status.budget, reason(back)) == (begun.budget, None)
    assert back.requeue_after == 60


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), max_size=6))
def test_the_seconds_are_those_in_which_the_child_might_run(stretches: list[tuple[int, int]]) -> None:
    status, clock, ran = look(0, Observed(make_child())).status, 0, 0
    for active, paused in stretches:
        clock, ran = clock + active, ran + active
        status = look(clock + 3, Observed(suspended_child(clock)), status, suspend=True).status
        assert budget(status).active_seconds == ran
        clock += paused
        status = look(clock + 3, Observed(resumed_child(clock)), status).status
        assert look(clock + 3, Observed(resumed_child(clock)), status).status == status
