"""Which pods are attempts, also where some of them were never seen at work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.builders import T0, make_child, make_ended_pod, make_running_pod
from tests.unit.operator.core.passes import at, budget, look
from transferjob_operator.core.attempts import new_attempts
from transferjob_operator.core.observed import Observed

DONE = make_ended_pod(0, uid="second")


@pytest.mark.checklist(4)
def test_the_attempt_that_succeeded_unseen_is_one_when_the_counted_pod_is_gone() -> None:
    assert new_attempts((DONE,), "first", None, T0) == (DONE,)
    assert new_attempts((DONE,), "second", None, T0) == ()


@pytest.mark.checklist(4)
def test_what_may_have_come_before_the_counted_pod_is_not_counted_behind_it() -> None:
    failed, told_to_go = make_ended_pod(70, uid="earlier"), replace(DONE, deletion_time=T0)
    running = make_running_pod(uid="later")
    assert new_attempts((failed, told_to_go, running), "first", None, T0) == (running,)


@pytest.mark.checklist(4, 29)
def test_a_failure_is_counted_that_is_first_seen_together_with_the_next_attempt() -> None:
    running = look(10, Observed(make_child(), (make_running_pod(uid="first", creation_time=at(0)),))).status
    failed = make_ended_pod(70, uid="first", creation_time=at(0), finished_at=at(20))
    again = make_running_pod(uid="second", creation_time=at(21))

    seen = look(40, Observed(make_child(), (failed, again)), running).status

    assert (seen.attempts, seen.pod_uid, budget(seen).failures) == (2, "second", 1)


@pytest.mark.checklist(4, 29)
def test_a_failure_that_nobody_saw_is_counted_though_the_counted_pod_is_gone() -> None:
    running = look(10, Observed(make_child(), (make_running_pod(uid="first", creation_time=at(0)),))).status
    earlier = make_ended_pod(70, uid="earlier", creation_time=at(-60))
    unseen = make_ended_pod(70, uid="second", creation_time=at(30), finished_at=at(40))
    again = make_running_pod(uid="third", creation_time=at(50))

    seen = look(60, Observed(make_child(), (earlier, unseen, again)), running).status

    assert (seen.attempts, seen.pod_uid, budget(seen).failures) == (3, "third", 1)
    lost = look(20, Observed(make_child(), (earlier,)), running).status
    assert (lost.attempts, lost.pod_uid) == (1, "first")
    later = look(60, Observed(make_child(), (earlier, unseen, again)), lost).status
    assert (later.attempts, budget(later).failures) == (3, 1)
