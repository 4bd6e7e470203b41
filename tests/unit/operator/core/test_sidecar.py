"""A trainer that has ended beside a container that has not: what counts, and how the pod is let go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.builders import make_child, make_ended_pod, make_result_message, make_running_pod
from tests.unit.operator.core.passes import at, budget, look
from tests.unit.operator.core.passes import reason as failure_of
from transferjob_operator.core.decision import Decision, DeleteJob, DeletePod
from transferjob_operator.core.diagnosis.lingering import LINGER_SECONDS
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.records import PodRecord

BEGUN = look(1, Observed(make_child(), (make_running_pod(),))).status
LATE = 100 + LINGER_SECONDS


def held(code: int, **changes: Any) -> PodRecord:
    return make_ended_pod(code, **{"phase": "Running", "finished_at": at(100), **changes})


def see(seconds: float, pod: PodRecord, **run: Any) -> Decision:
    return look(seconds, Observed(make_child(), (pod,)), BEGUN, **run)


def deleted(decision: Decision) -> list[type]:
    return [type(action) for action in decision.actions]


def test_a_container_that_ends_a_little_later_is_waited_for_untold() -> None:
    decision = see(LATE - 1, held(0))
    assert (decision.status, decision.actions) == (BEGUN, ())
    assert decision.requeue_after is not None


def test_a_result_counts_though_the_pod_goes_on_and_the_child_goes_after_it_is_told() -> None:
    decision = see(LATE, held(0, message=make_result_message()))
    assert (decision.status.phase, deleted(decision)) == ("Succeeded", [DeleteJob])
    assert decision.status.result is not None
    assert "keeps pod flowers-abcde running" in next(
        c.message for c in decision.status.conditions if c.status == "True"
    )
    again = look(LATE + 1, Observed(make_child(), (held(0),)), decision.status)
    assert (again.status, deleted(again)) == (decision.status, [DeleteJob])


@pytest.mark.parametrize(("code", "reason"), [(64, "InvalidSpec"), (127, "InvalidImage")])
def test_an_end_that_nothing_mends_is_the_end_of_the_job(code: int, reason: str) -> None:
    decision = see(LATE, held(code), retries=5)
    assert (failure_of(decision), deleted(decision)) == (reason, [DeleteJob])


def test_any_other_end_is_counted_once_and_its_pod_deleted() -> None:
    first = see(LATE, held(1), retries=2)
    assert (first.status.phase, deleted(first)) == ("Restarting", [DeletePod])
    assert (budget(first.status).failures, budget(first.status).held_since) == (1, None)
    assert first.status.gpu_seconds == pytest.approx(LATE)
    again = look(LATE + 1, Observed(make_child(), (held(1),)), first.status, retries=2)
    assert (again.status, deleted(again)) == (first.status, [DeletePod])
    leaving = held(1, deletion_time=at(LATE + 120))
    waits = look(LATE + 2, Observed(make_child(), (leaving,)), first.status, retries=2)
    assert (waits.status, waits.actions) == (first.status, ())
    gone = look(LATE + 9, Observed(make_child(), (replace(leaving, phase="Failed"),)), first.status, retries=2)
    assert budget(gone.status).failures == 1


@pytest.mark.parametrize("child", [make_child(suspended=True), make_child(deletion_time=at(90))])
def test_a_pod_that_its_job_lets_go_is_left_to_it(child: Any) -> None:
    decision = look(LATE, Observed(child, (held(1),)), BEGUN)
    assert DeletePod not in deleted(decision)
