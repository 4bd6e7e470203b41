"""run.stallTimeoutSeconds: documents that answer and stand still."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from tests.support.builders import make_child, make_condition, make_ended_pod, make_job, make_running_pod
from tests.unit.operator.core.passes import at, budget, look, reason
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import DeleteJob, DeletePod
from transferjob_operator.core.policies.stall import patience
from transferjob_trainer.contract import Progress
from transferjob_trainer.contract.progress import Stage
from transferjob_trainer.watchdog import LIMIT_SECONDS, LIMITS

POD = make_running_pod(ip="10.0.0.1")
MOVING = Observed(make_child(), (POD,))
STANDING = replace(MOVING, still_seconds=600)
RAN = look(5, MOVING).status


def stalled(status: TransferJobStatus) -> tuple[str, str]:
    found = next(item for item in status.conditions if item.type == "TrainingStalled")
    return found.status, found.reason


def test_the_restart_is_in_the_status_before_the_pod_is_deleted() -> None:
    told = look(700, STANDING, RAN)
    assert (budget(told.status).stall_restarts, stalled(told.status)) == (1, ("True", "Stalled"))
    assert told.actions == (DeletePod(POD.namespace, POD.name, POD.uid),)
    assert [event.reason for event in told.events] == ["TrainingStalled"]
    # Between the two the operator died, and its successor has not seen the pod stand still.
    again = look(705, MOVING, told.status)
    assert (again.actions, again.status, again.events) == (told.actions, told.status, ())
    leaving = Observed(make_child(), (replace(POD, deletion_time=at(706)),))
    after = look(707, leaving, again.status)
    assert (after.actions, after.status.phase, budget(after.status).stall_restarts) == ((), "Restarting", 1)
    assert next(item.reason for item in after.status.conditions if item.type == "Running") == "Stalled"
    assert stalled(after.status) == ("True", "Stalled")


def test_silence_and_a_limit_that_is_not_reached_are_no_stall() -> None:
    assert look(90_000, MOVING, RAN).actions == ()
    assert look(700, replace(MOVING, still_seconds=599), RAN).actions == ()
    assert stalled(RAN) == ("False", "NotStalled")
    assert look(700, STANDING, RAN, stallTimeoutSeconds=601).actions == ()


def test_without_a_retry_left_the_job_ends_and_its_gpu_is_freed() -> None:
    over = look(700, STANDING, RAN, retries=0)
    assert (reason(over), type(over.actions[0])) == ("Stalled", DeleteJob)
    used = RAN.model_copy(update={"budget": budget(RAN).model_copy(update={"stall_restarts": 1, "failures": 1})})
    assert reason(look(700, STANDING, used, retries=2)) == "Stalled"
    assert reason(look(700, STANDING, used, retries=3)) is None


def test_a_pod_that_was_killed_for_its_stall_died_of_it() -> None:
    told = look(700, STANDING, RAN).status
    killed = make_ended_pod(137, finished_at=at(830), deletion_time=at(820))
    failed = make_child(conditions=(make_condition("Failed", reason="BackoffLimitExceeded", time=at(831)),))
    assert reason(look(832, Observed(failed, (killed,)), told)) == "Stalled"
    assert budget(look(832, Observed(make_child(), (killed,)), told).status).failures == 0


def test_the_next_pod_is_not_stalled() -> None:
    told = look(700, STANDING, RAN).status
    second = make_running_pod(uid="pod-2", name="flowers-two", creation_time=at(710))
    fresh = look(720, Observed(make_child(), (second,)), told)
    assert (fresh.actions, stalled(fresh.status), fresh.status.phase) == ((), ("False", "NotStalled"), "Running")


def test_a_stage_that_shows_nothing_is_the_trainers_own_to_end_first() -> None:
    def restarts(stage: Stage, still: float, limit: int = 600) -> bool:
        document = Progress(pod_uid="pod-1", stage=stage, updated_time=0)
        seen = replace(MOVING, progress=document, still_seconds=still)
        return bool(look(9000, seen, RAN, stallTimeoutSeconds=limit).actions)

    assert [restarts("Training", 600), restarts("Exporting", 600), restarts("Exporting", 1859)] == [True, False, False]
    assert restarts("Exporting", 1860)
    assert not restarts("Exporting", 1860, limit=3600)


def test_the_trainers_watchdog_comes_first_in_every_stage() -> None:
    default = make_job().spec.run.stall_timeout_seconds
    for stage in get_args(Stage):
        document = Progress(pod_uid="pod-1", stage=stage, updated_time=0)
        assert LIMITS.get(stage, LIMIT_SECONDS) < patience(default, document), stage


def test_a_pod_that_does_not_answer_is_told_of_once_and_left_alone() -> None:
    def shown(status: TransferJobStatus) -> tuple[str, str]:
        found = next(item for item in status.conditions if item.type == "Running")
        return found.reason, found.message

    assert look(64, replace(MOVING, silent_seconds=59), RAN).status == RAN
    silent = look(70, replace(MOVING, silent_seconds=61), RAN)
    assert (silent.actions, silent.status.phase) == ((), "Running")
    assert shown(silent.status)[0] == "ProgressUnknown"
    assert "since 2026-11-24T10:00:09Z" in shown(silent.status)[1]
    assert [event.type for event in silent.events] == ["Warning"]
    # Also a day later, and seen by a process that has just started.
    for seconds in (86_000, 0):
        later = look(90_000, replace(MOVING, silent_seconds=seconds), silent.status)
        assert (later.status, later.actions, later.events) == (silent.status, (), ())
    answers = Progress(pod_uid="pod-1", stage="Training", updated_time=0)
    assert shown(look(90_010, replace(MOVING, progress=answers), silent.status).status)[0] == "TrainerRunning"
    second = make_running_pod(uid="pod-2", name="flowers-two", creation_time=at(90_020))
    assert shown(look(90_030, Observed(make_child(), (second,)), silent.status).status)[0] == "TrainerRunning"
