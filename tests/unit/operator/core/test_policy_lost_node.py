"""Pods on nodes that nobody hears of."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builders import make_child, make_job, make_running_pod
from tests.unit.operator.core.passes import SETTINGS, at, budget, look, reason
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import DeleteJob, ReleasePod, decide

POD = make_running_pod()
HEALTHY = Observed(make_child(), (POD,))
SILENT = replace(HEALTHY, unreachable={"node-1": at(1000)})
RAN = look(5, HEALTHY).status


def test_before_the_limit_nothing_is_done_and_the_limit_is_not_slept_through() -> None:
    waits = look(1290, SILENT, RAN)
    assert (waits.actions, waits.requeue_after, waits.status) == ((), 10, RAN)


def test_at_the_limit_the_pod_is_given_up_as_a_disruption() -> None:
    lost = look(1300, SILENT, RAN)
    assert [(type(action), action.uid) for action in lost.actions if isinstance(action, ReleasePod)] == [
        (ReleasePod, POD.uid)
    ]
    assert (lost.status.phase, budget(lost.status).free_restarts, lost.status.gpu_seconds) == ("Restarting", 1, 1300)
    assert next(item.reason for item in lost.status.conditions if item.type == "Running") == "NodeLost"
    # The answer to the writes has not been seen yet, or the operator died before them.
    again = look(1301, SILENT, lost.status)
    assert again.status == lost.status
    assert [type(action) for action in again.actions] == [ReleasePod]


def test_a_pod_that_the_taint_manager_has_marked_is_given_up_too() -> None:
    marked = replace(SILENT, pods=(replace(POD, deletion_time=at(1200)),))
    assert any(isinstance(action, ReleasePod) for action in look(1300, marked, RAN).actions)


def test_a_node_that_came_back_keeps_its_pod() -> None:
    assert look(5000, HEALTHY, look(1290, SILENT, RAN).status).actions == ()


def test_zero_turns_it_off() -> None:
    off = replace(SETTINGS, node_lost_seconds=0)
    assert decide(make_job(), RAN, SILENT, off, at(90_000)).actions == ()


def test_it_is_done_in_every_state() -> None:
    job = make_job()
    leaving = job.model_copy(update={"metadata": job.metadata.model_copy(update={"deletion_timestamp": at(1100)})})
    assert [type(action) for action in decide(leaving, RAN, SILENT, SETTINGS, at(1300)).actions] == [ReleasePod]
    assert ReleasePod in {type(action) for action in look(1300, SILENT, RAN, suspend=True).actions}
    over = RAN.model_copy(update={"phase": "Failed", "completion_time": at(1100)})
    assert [type(action) for action in look(1300, SILENT, over).actions] == [ReleasePod, DeleteJob]


def test_nodes_that_keep_dying_end_the_job_in_the_end() -> None:
    spent = budget(RAN).model_copy(update={"free_restarts": 3})
    over = look(1300, SILENT, RAN.model_copy(update={"budget": spent}))
    assert reason(over) == "NodeLost"
    assert [type(action) for action in over.actions] == [ReleasePod, DeleteJob]
