from __future__ import annotations

from typing import Any

import pytest

from tests.support.builders import make_child, make_condition, make_ended_pod, make_pod, make_result_message
from transferjob_operator.core.outcome import Outcome, job_outcome
from transferjob_operator.core.records import PodRecord
from transferjob_trainer.contract import ENDINGS, Termination

FAILED = (
    make_condition("Failed", reason="BackoffLimitExceeded", message="Job has reached the specified backoff limit"),
)
COMPLETE = (make_condition("Complete"),)


def failure_of(*pods: PodRecord) -> Outcome:
    outcome = job_outcome(make_child(conditions=FAILED), pods)
    assert outcome is not None
    assert not outcome.succeeded
    return outcome


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending.code], ids=lambda ending: ending.reason)
def test_each_chosen_exit_code_gives_its_reason(ending: Any) -> None:
    outcome = failure_of(make_ended_pod(int(ending.code)))
    assert (outcome.reason, outcome.exit_code) == (ending.reason, ending.code)
    assert outcome.message.startswith(f"{ending.meaning}; ")


def test_the_trainers_own_sentence_and_log_are_kept() -> None:
    words = Termination(reason="DatasetInvalid", message="class rose has no picture", log_tail="...").encode().decode()
    outcome = failure_of(make_ended_pod(65, message=words))
    assert (outcome.reason, outcome.message, outcome.log_tail) == ("DatasetInvalid", "class rose has no picture", "...")


def test_a_reason_that_does_not_belong_to_the_code_is_not_believed() -> None:
    words = Termination(reason="Succeeded", message="all is well").encode().decode()
    assert failure_of(make_ended_pod(70, message=words)).reason == "Crash"


@pytest.mark.parametrize(
    ("pod", "reason", "part"),
    [
        (make_ended_pod(137, reason="OOMKilled"), "OutOfMemory", "memory limit"),
        (make_ended_pod(137), "Killed", "signal 9"),
        (make_ended_pod(139), "Crash", "signal 11"),
        (make_ended_pod(1), "Crash", "exit code 1"),
        (make_ended_pod(127), "InvalidImage", "exit code 127"),
        (make_ended_pod(1, message="Traceback ..."), "Crash", "exit code 1"),
        (make_pod(phase="Failed", reason="Evicted", message="low on memory"), "Evicted", "low on memory"),
        (make_ended_pod(143, disrupted=make_condition("DisruptionTarget", message="drained")), "Preempted", "drained"),
    ],
)
def test_an_end_that_the_trainer_did_not_choose_is_named(pod: PodRecord, reason: str, part: str) -> None:
    outcome = failure_of(pod)
    assert outcome.reason == reason
    assert part in outcome.message


def test_a_failed_job_without_a_pod_tells_the_job_controllers_reason() -> None:
    assert failure_of().reason == "BackoffLimitExceeded"


@pytest.mark.parametrize(("code", "reason"), [(65, "DatasetInvalid"), (127, "InvalidImage"), (77, "StorageDenied")])
def test_a_failed_job_without_a_pod_tells_the_exit_code_that_ended_it(code: int, reason: str) -> None:
    words = f"Container trainer for pod team/flowers-x failed with exit code {code} matching FailJob rule at index 1"
    failed = make_condition("Failed", reason="PodFailurePolicy", message=words)
    outcome = job_outcome(make_child(conditions=(failed,)), ())
    assert outcome is not None
    assert (outcome.reason, outcome.exit_code) == (reason, code)


def test_a_published_result_is_success() -> None:
    outcome = job_outcome(make_child(conditions=COMPLETE), (make_ended_pod(0, message=make_result_message()),))
    assert outcome is not None
    assert outcome.succeeded
    assert outcome.termination is not None
    assert outcome.reason == "Succeeded"


@pytest.mark.parametrize("pods", [(), (make_ended_pod(0),), (make_ended_pod(0, message="{cut"),)])
def test_success_without_a_word_of_the_result_says_so(pods: tuple[PodRecord, ...]) -> None:
    outcome = job_outcome(make_child(conditions=COMPLETE), pods)
    assert outcome is not None
    assert (outcome.succeeded, outcome.reason) == (True, "ResultUnknown")


def test_an_undecided_job_has_no_outcome() -> None:
    assert job_outcome(make_child(), (make_ended_pod(1),)) is None
