"""run.queueTimeoutSeconds: waiting without a GPU."""

from __future__ import annotations

from tests.support.builders import make_child, make_condition, make_ended_pod, make_pod, make_running_pod
from tests.unit.operator.core.passes import at, budget, look, reason, resumed_child, suspended_child
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import DeleteJob

WORDS = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
UNPLACED = make_pod(scheduled=make_condition("PodScheduled", true=False, reason="Unschedulable", message=WORDS))
WAITING = Observed(make_child(), (UNPLACED,))


def test_it_runs_from_creation_and_quotes_what_was_waited_for() -> None:
    waits = look(90, WAITING, look(10, WAITING).status, queueTimeoutSeconds=100)
    assert (reason(waits), budget(waits.status).waiting_since) == (None, at(0))
    assert waits.requeue_after == 10
    over = look(100, WAITING, waits.status, queueTimeoutSeconds=100)
    assert reason(over) == "QueueTimeout"
    assert over.status.failure is not None
    assert "Unschedulable" in over.status.failure.message
    assert "Insufficient nvidia.com/gpu" in over.status.failure.message
    assert isinstance(over.actions[0], DeleteJob)


def test_without_a_limit_a_job_waits_for_ever() -> None:
    assert reason(look(10_000_000, WAITING, look(10, WAITING).status)) is None


def test_a_pod_with_a_node_has_stopped_waiting_though_it_is_told_later() -> None:
    waited = look(50, WAITING).status
    bound = make_pod(node="node-1", scheduled=make_condition("PodScheduled", time=at(99)))
    assert reason(look(100, Observed(make_child(), (bound,)), waited, queueTimeoutSeconds=100)) is None
    told = look(103, Observed(make_child(), (bound,)), waited, queueTimeoutSeconds=100)
    assert (reason(told), budget(told.status).waiting_since, budget(told.status).held_since) == (None, None, at(99))


def test_after_an_attempt_the_wait_begins_anew() -> None:
    ran = look(500, Observed(make_child(), (make_running_pod(),)), queueTimeoutSeconds=100).status
    ended = make_ended_pod(137, finished_at=at(600))
    between = look(600, Observed(make_child(), (ended,)), ran, queueTimeoutSeconds=100)
    assert (reason(between), budget(between.status).waiting_since) == (None, at(600))
    assert (
        reason(look(700, Observed(make_child(), (ended,)), between.status, queueTimeoutSeconds=100)) == "QueueTimeout"
    )


def test_a_pause_by_the_user_is_no_waiting_and_quota_is() -> None:
    paused = look(10, Observed(suspended_child(5)), suspend=True, queueTimeoutSeconds=60)
    assert budget(paused.status).waiting_since is None
    assert reason(look(5000, Observed(suspended_child(5)), paused.status, suspend=True, queueTimeoutSeconds=60)) is None
    again = look(5000, Observed(resumed_child(5000)), paused.status, queueTimeoutSeconds=60)
    assert budget(again.status).waiting_since == at(5000)
    queued = Observed(suspended_child(5, queue_name="team-a"))
    assert reason(look(60, queued, look(5, queued).status, queueTimeoutSeconds=60)) == "QueueTimeout"
