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


def test_child_that_somebody_orphans() -> None:
    state = Life()
    state.begin(hopeless=False, queued=False, rounds=2, suspend=False)
    state.somebody_deletes_the_child(policy="Orphan")
    state.teardown()
