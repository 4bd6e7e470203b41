"""Several workers: one group, whose attempts are the chief's and whose restarts count once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import (
    T0,
    make_child,
    make_condition,
    make_ended_pod,
    make_job,
    make_pod,
    make_result_message,
    make_running_pod,
)
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.decision import CreateJob, CreateService, Decision
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import decide
from transferjob_operator.core.records import PodRecord, Running
from transferjob_operator.core.settings import CoreSettings

SETTINGS = CoreSettings(trainer_image="trainer:1")
WORKERS = 3


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def run(index: int, **changes: Any) -> PodRecord:
    return make_running_pod(**{"uid": f"run-{index}", "name": f"flowers-{index}-abcde", "index": index, **changes})


def ended(index: int, code: int, after: float, **changes: Any) -> PodRecord:
    uid = changes.pop("uid", f"run-{index}")
    name = f"flowers-{index}-abcde"
    return make_ended_pod(code, **{"uid": uid, "name": name, "index": index, "finished_at": at(after), **changes})


def again(index: int, seconds: float) -> PodRecord:
    """The pod of the second attempt."""
    return run(index, uid=f"again-{index}", creation_time=at(seconds), container=Running(at(seconds)))


def look(
    pods: tuple[PodRecord, ...],
    seconds: float,
    status: TransferJobStatus | None = None,
    child: Any = None,
    **spec: Any,
) -> Decision:
    observed = Observed(job=child or make_child(), pods=pods, workers=WORKERS)
    return decide(make_job(workers=WORKERS, **spec), status or TransferJobStatus(), observed, SETTINGS, at(seconds))


def running(decision: Decision) -> Any:
    return next(condition for condition in decision.status.conditions if condition.type == "Running")


ALL_RUN = tuple(run(index) for index in range(WORKERS))


def test_the_service_is_made_before_the_job() -> None:
    decision = decide(make_job(workers=2), TransferJobStatus(), Observed(workers=2), SETTINGS, T0)
    assert [type(action) for action in decision.actions] == [CreateService, CreateJob]
    alone = decide(make_job(), TransferJobStatus(), Observed(), SETTINGS, T0)
    assert [type(action) for action in alone.actions] == [CreateJob]


def test_a_strangers_service_is_named_and_nothing_is_made() -> None:
    decision = decide(make_job(workers=2), TransferJobStatus(), Observed(workers=2, foreign_service=True), SETTINGS, T0)
    assert (decision.actions, running(decision).reason) == ((), "NameConflict")
    assert "Service tj-flowers" in running(decision).message


def test_a_strangers_service_stops_no_clock_of_a_job_that_runs() -> None:
    before = look(ALL_RUN, 10).status
    observed = Observed(make_child(), ALL_RUN, workers=WORKERS, foreign_service=True)
    decision = decide(make_job(workers=WORKERS), before, observed, SETTINGS, T0 + timedelta(seconds=40))
    assert (decision.status.phase, decision.status.budget) == ("Running", before.budget)
    assert before.budget is not None
    assert before.budget.active_since is not None


def test_a_chief_that_was_deleted_after_long_training_is_waited_for_anew() -> None:
    leaving = replace(ALL_RUN[0], deletion_time=T0 + timedelta(seconds=5000))
    before = look(ALL_RUN, 10).status
    assert look((leaving, *ALL_RUN[1:]), 5001, before).status.failure is None
    assert look((leaving, *ALL_RUN[1:]), 5000 + 901, before).status.failure is not None


def test_the_chief_is_the_attempt_whatever_the_order_of_the_pods() -> None:
    status = look(tuple(reversed(ALL_RUN)), 10).status
    assert (status.phase, status.attempts, status.pod_uid, status.pod_name) == (
        "Running",
        1,
        "run-0",
        "flowers-0-abcde",
    )


def test_it_runs_once_all_workers_do() -> None:
    waiting = (ALL_RUN[0], ALL_RUN[1], make_pod(uid="run-2", name="flowers-2-abcde", index=2))
    early = look(waiting, 1)
    assert (early.status, early.requeue_after) == (TransferJobStatus(), 2.0)
    late = look(waiting, 5)
    assert (late.status.phase, running(late).reason) == ("Starting", "WaitingForWorkers")
    assert look(ALL_RUN, 10, late.status).status.phase == "Running"


def test_workers_that_restart_together_are_one_restart() -> None:
    status = look(ALL_RUN, 10).status
    down = (ended(0, 76, 60), ended(1, 70, 58), ended(2, 76, 61))
    told = look(down, 62, status)
    assert told.status.budget is not None
    assert (told.status.phase, told.status.budget.failures, told.status.budget.free_restarts) == ("Restarting", 1, 0)
    assert running(told).reason == "Crash"
    after = look((*down, *(again(index, 72) for index in range(WORKERS))), 90, told.status)
    assert after.status.budget is not None
    assert (after.status.phase, after.status.attempts, after.status.budget.failures) == ("Running", 2, 1)


def test_a_node_that_is_taken_from_a_peer_costs_nothing() -> None:
    taken = make_condition("DisruptionTarget", reason="EvictionByEvictionAPI", message="drained", time=at(58))
    down = (ended(0, 76, 60), ended(1, 143, 58, disrupted=taken), ended(2, 76, 60))
    told = look(down, 62, look(ALL_RUN, 10).status)
    assert told.status.budget is not None
    assert (told.status.budget.failures, told.status.budget.free_restarts) == (0, 1)
    assert running(told).reason == "Evicted"


def test_a_failure_of_an_earlier_attempt_is_not_counted_again() -> None:
    first = (ended(0, 76, 60), ended(1, 70, 58), ended(2, 76, 61))
    status = look((*first, *(again(index, 72) for index in range(WORKERS))), 90, look(first, 62).status).status
    second = (
        replace(ended(0, 76, 200, uid="again-0"), creation_time=at(72)),
        replace(ended(1, 76, 200, uid="again-1"), creation_time=at(72)),
    )
    told = look((*first, *second), 201, status).status
    assert told.budget is not None
    assert (told.budget.failures, told.budget.free_restarts) == (1, 1)


def test_faults_of_one_worker_after_the_other_use_up_the_retries() -> None:
    status = look(ALL_RUN, 10).status
    down = (ended(0, 76, 60), ended(2, 70, 58))
    failed = look(down, 62, status, run={"retries": 0}).status
    assert failed.failure is not None
    assert (failed.phase, failed.failure.reason) == ("Failed", "Crash")
    assert "worker 2 of 3 ended the last attempt, and run.retries is 0" in failed.failure.message


def test_the_seconds_of_all_gpus_count() -> None:
    status = look(ALL_RUN, 10, resources={"gpus": 2}).status
    over = look(tuple(ended(index, 76, 100) for index in range(WORKERS)), 100, status, resources={"gpus": 2}).status
    assert over.gpu_seconds == 100 * 2 * WORKERS


def test_the_start_timeout_names_who_is_missing_while_others_hold_nodes() -> None:
    words = make_condition("PodScheduled", true=False, reason="Unschedulable", message="0/2 nodes are available")
    pods = (ALL_RUN[0], *(make_pod(uid=f"run-{i}", name=f"p{i}", index=i, scheduled=words) for i in (1, 2)))
    waits = look(pods, 30, run={"startTimeoutSeconds": 60})
    assert (waits.status.phase, running(waits).reason) == ("Starting", "Unschedulable")
    assert running(waits).message.startswith("worker 1 of 3: ")
    status = look(pods, 60, waits.status, run={"startTimeoutSeconds": 60}).status
    assert status.failure is not None
    assert status.failure.reason == "Unschedulable"
    assert status.failure.message.startswith("workers 1 and 2 of 3 did not start within 60 s (run.startTimeoutSeconds)")


def test_a_worker_that_comes_back_late_is_given_the_whole_timeout() -> None:
    back = make_pod(uid="again-1", name="p1", index=1, creation_time=at(5000), node="node-1", scheduled=None)
    status = look((ALL_RUN[0], back, ALL_RUN[2]), 5030, run={"startTimeoutSeconds": 60}).status
    assert status.phase == "Starting"


def test_while_no_worker_holds_a_node_they_wait() -> None:
    pods = tuple(make_pod(uid=f"run-{index}", name=f"p{index}", index=index) for index in range(WORKERS))
    assert look(pods, 100_000).status.phase == "Pending"


@pytest.mark.parametrize("index", [0, 1])
def test_the_end_is_told_in_the_words_of_the_worker_that_decided_it(index: int) -> None:
    status = look(ALL_RUN, 10).status
    failed = make_condition(
        "Failed",
        reason="PodFailurePolicy",
        message=f"Container trainer for pod default/flowers-{index}-abcde failed with exit code 65 matching FailJob",
    )
    others = [ended(other, 70, 61) for other in range(WORKERS) if other != index]
    pods = (*others, ended(index, 65, 60))
    over = look(pods, 70, status, child=make_child(conditions=(failed,))).status
    assert over.failure is not None
    assert (over.phase, over.failure.reason, over.failure.exit_code) == ("Failed", "DatasetInvalid", 65)


def test_the_chiefs_end_is_the_end() -> None:
    done = make_child(conditions=(make_condition("Complete", time=at(60)),), completion_time=at(60))
    pods = (ended(0, 0, 59, message=make_result_message()), ended(1, 143, 60), ended(2, 143, 60))
    over = look(pods, 61, look(ALL_RUN, 10).status, child=done).status
    assert over.result is not None
    assert (over.phase, over.attempts) == ("Succeeded", 1)
