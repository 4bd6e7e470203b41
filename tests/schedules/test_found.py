"""Schedules that found something, each as the machine printed it."""

from __future__ import annotations

import pytest

from tests.schedules.life import Life

pytestmark = pytest.mark.checklist(45)


def test_queued_job_that_fails_while_it_is_suspended_keeps_its_outcome() -> None:
    state = Life()
    state.begin(hopeless=False, queued=True, rounds=4, suspend=False)
    state.trainer_ends(end=(65, ""))
    state.job_controller_looks()
    state.job_controller_looks()
    state.user_suspends(suspend=True)
    state.watch_brings_news(plural="transferjobs", most=3)
    state.operator_works(most=3)
    state.cluster.settle()
    assert state.cluster.job is not None
    assert state.cluster.job["status"]["failure"]["reason"] == "DatasetInvalid"
    state.teardown()


def test_job_whose_child_is_gone_and_whose_name_is_taken() -> None:
    state = Life()
    state.begin(hopeless=False, queued=False, rounds=2, suspend=False)
    state.somebody_deletes_the_child(policy="Background")
    state.a_stranger_takes_the_name()
    state.teardown()


def test_attempt_that_ended_well_on_its_way_to_a_suspension_does_not_lift_the_limits_of_the_next() -> None:
    state = Life()
    state.begin(queued=True, suspend=False, hopeless=False, rounds=2)
    state.kueue_evicts()
    state.progress_is_told(epoch=None, still=0)
    state.kueue_admits()
    state.a_job_that_may_live_on_ends_and_the_operator_dies(seconds=60)
    state.user_sets_a_limit(name="ttlSecondsAfterFinished", seconds=None)
    state.the_same_befalls_one_attempt_after_the_other(end=(137, "OOMKilled"), times=4)
    assert state.cluster.job is not None
    assert state.cluster.job["status"]["failure"]["reason"] == "OutOfMemory"
    state.teardown()


def test_clock_that_is_set_back_does_not_keep_progress_from_being_told() -> None:
    state = Life()
    state.begin(queued=False, suspend=False, hopeless=False, rounds=0)
    state.clock_of_the_operator_jumps(seconds=4000)
    state.progress_is_told(epoch=None, still=0)
    state.clock_of_the_operator_jumps(seconds=0)
    state.progress_is_told(epoch=1, still=0)
    assert state.cluster.job is not None
    assert state.cluster.job["status"]["progress"]["epoch"] == 1
    state.teardown()


def test_time_to_live_of_a_job_that_ended_while_the_clock_was_ahead() -> None:
    state = Life()
    state.begin(queued=False, suspend=False, hopeless=False, rounds=2)
    state.user_sets_a_limit(name="ttlSecondsAfterFinished", seconds=1)
    state.clock_of_the_operator_jumps(seconds=4000)
    state.user_sets_a_limit(name="activeDeadlineSeconds", seconds=1)
    state.progress_is_told(epoch=None, still=0)
    state.teardown()
    assert state.cluster.job is None


def test_child_that_somebody_orphans() -> None:
    state = Life()
    state.begin(hopeless=False, queued=False, rounds=2, suspend=False)
    state.somebody_deletes_the_child(policy="Orphan")
    state.teardown()


def test_result_of_a_job_whose_pods_no_watch_has_shown_for_a_while() -> None:
    state = Life()
    state.begin(queued=False, suspend=False, hopeless=False, rounds=2)
    state.trainer_ends(end=(0, ""))
    for _ in range(3):
        state.job_controller_looks()
    state.watch_brings_news(plural="jobs", most=3)
    state.operator_works(most=3)
    state.time_passes(seconds=10)
    state.operator_works(most=3)
    assert state.cluster.job is not None
    status = state.cluster.job["status"]
    assert (status["phase"], "modelURI" in status.get("result", {})) == ("Succeeded", True)
    state.teardown()
