"""The operator's share of retries: memory kills, free restarts without a newer checkpoint, and what is carried over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import T0, make_child, make_condition, make_ended_pod, make_running_pod
from tests.unit.operator.core.passes import NEW, at, budget, look, reason, suspended_child
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import CreateJob, Decision, DeleteJob
from transferjob_operator.core.records import PodRecord
from transferjob_trainer.contract import CheckpointReport, Termination


class Story:
    """Attempts of one job, one after the other, a minute each."""

    def __init__(self, **run: Any) -> None:
        self.run, self.status, self.minute = run, NEW, 0
        self.pods: tuple[PodRecord, ...] = ()

    def attempt(self, code: int, **changes: Any) -> Decision:
        """A pod starts and ends; the operator sees both."""
        self.minute += 1
        begin, end = at(60 * self.minute), at(60 * self.minute + 30)
        who = {"uid": f"pod-{self.minute}", "name": f"flowers-{self.minute}", "creation_time": begin}
        bound = make_condition("PodScheduled", time=begin)
        running = make_running_pod(**who, scheduled=bound)
        self.status = look(
            60 * self.minute + 5, Observed(make_child(), (*self.pods, running)), self.status, **self.run
        ).status
        ended = make_ended_pod(code, finished_at=end, **{**who, "scheduled": bound, **changes})
        self.pods = (*self.pods, ended)
        return self.again()

    def again(self) -> Decision:
        """The operator looks at what it has seen already."""
        decision = look(60 * self.minute + 31, Observed(make_child(), self.pods), self.status, **self.run)
        self.status = decision.status
        return decision


def checkpoint(epoch: int, step: int = 0) -> str:
    report = CheckpointReport(uri="pvc://c", epoch=epoch, step=step, time=T0.timestamp())
    return Termination(reason="Preempted", message="told to end", checkpoint=report).encode().decode()


PREEMPTED = {"disrupted": make_condition("DisruptionTarget", reason="PreemptionByScheduler")}


def test_a_second_memory_kill_ends_the_job_with_what_to_raise() -> None:
    story = Story()
    assert reason(story.attempt(137, reason="OOMKilled")) is None
    story.again()
    assert budget(story.status).memory_kills == 1
    over = story.attempt(137, reason="OOMKilled")
    assert (reason(over), [type(action) for action in over.actions]) == ("OutOfMemory", [DeleteJob])
    assert over.status.failure is not None
    assert "16Gi" in over.status.failure.message
    assert over.status.failure.exit_code == 137


@pytest.mark.parametrize(
    ("code", "changes"), [(75, {}), (76, {}), (137, PREEMPTED), (0, {"phase": "Failed", **PREEMPTED})]
)
def test_free_restarts_in_a_row_end_the_job_after_the_retries(code: int, changes: dict[str, Any]) -> None:
    story = Story(retries=2)
    for _ in range(2):
        assert reason(story.attempt(code, **changes)) is None
        story.again()
    assert budget(story.status).free_restarts == 2
    assert reason(story.attempt(code, **changes)) in ("Preempted", "PeerLost")


def test_a_newer_checkpoint_begins_the_count_anew_and_an_old_one_does_not() -> None:
    story = Story(retries=1)
    for epoch in (1, 2, 3, 4):
        assert reason(story.attempt(75, message=checkpoint(epoch))) is None
        assert budget(story.status).free_restarts == 1
    assert story.status.checkpoint is not None
    assert story.status.checkpoint.epoch == 4
    assert reason(story.attempt(75, message=checkpoint(4))) == "Preempted"


def test_a_fault_of_its_own_ends_the_row_and_counts() -> None:
    story = Story(retries=1)
    story.attempt(75)
    story.attempt(1)
    assert (budget(story.status).failures, budget(story.status).free_restarts) == (1, 0)
    assert reason(story.attempt(75)) is None


def test_pods_that_were_asked_to_go_count_for_nothing() -> None:
    story = Story(retries=0)
    for code in (75, 143, 137):
        assert reason(story.attempt(code, deletion_time=at(60 * story.minute + 80))) is None
    assert (budget(story.status).free_restarts, budget(story.status).failures) == (0, 0)


def test_a_job_that_is_made_again_gets_what_is_left() -> None:
    story = Story(retries=3)
    story.attempt(1)
    story.attempt(139)
    made = look(400, Observed(), story.status, retries=3)
    assert isinstance(made.actions[0], CreateJob)
    assert made.actions[0].manifest["spec"]["backoffLimit"] == 1
    assert made.status == story.status
    spent = budget(story.status).model_copy(update={"failures": 9})
    last = look(400, Observed(), story.status.model_copy(update={"budget": spent}), retries=3)
    assert isinstance(last.actions[0], CreateJob)
    assert last.actions[0].manifest["spec"]["backoffLimit"] == 0


@pytest.mark.checklist(4)
@given(st.lists(st.sampled_from([1, 75, 76, 137, 139]), max_size=8), st.integers(1, 3))
def test_each_pod_is_counted_once_however_often_it_is_seen(codes: list[int], looks: int) -> None:
    story = Story(retries=20)
    for code in codes:
        story.attempt(code)
        for _ in range(looks):
            before = story.status
            assert story.again().status == before
    assert story.status.attempts == len(codes)
    spent = story.status.budget
    assert (spent.failures if spent else 0) == len([code for code in codes if code not in (75, 76)])


def test_suspending_is_no_restart() -> None:
    status: TransferJobStatus = look(5, Observed(make_child(), (make_running_pod(),))).status
    told = make_ended_pod(75, finished_at=at(40), deletion_time=at(10))
    paused = look(50, Observed(suspended_child(10), (told,)), status, suspend=True, retries=0)
    assert (paused.status.phase, budget(paused.status).free_restarts) == ("Suspended", 0)
