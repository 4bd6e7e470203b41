from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.builders import T0, make_child, make_condition, make_ended_pod, make_job, make_pod, make_running_pod
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.decision import Decision
from transferjob_operator.core.diagnosis.log_tail import MAX_CHARACTERS, MAX_LINES, shown_log, wanted_log
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import decide
from transferjob_operator.core.records import JobRecord, PodRecord
from transferjob_operator.core.settings import CoreSettings
from transferjob_trainer.contract import Termination

FAILED = make_child(conditions=(make_condition("Failed", reason="BackoffLimitExceeded"),))
SPOKEN = Termination(reason="Crash", message="a bug", log_tail="last line").encode().decode()


def ended(seconds: int, observed: Observed, *, keep: bool = True) -> Decision:
    settings = CoreSettings(trainer_image="trainer:1", keep_log_tail=keep)
    return decide(make_job(), TransferJobStatus(phase="Running"), observed, settings, T0 + timedelta(seconds=seconds))


@pytest.mark.parametrize("pod", [make_ended_pod(137), make_ended_pod(139, message="not ours"), make_ended_pod(1)])
def test_the_log_of_a_trainer_that_could_not_speak_is_wanted(pod: PodRecord) -> None:
    wanted = wanted_log(Observed(FAILED, (pod,)))
    assert wanted is not None
    assert (wanted.pod, wanted.uid) == (pod.name, pod.uid)


@pytest.mark.parametrize(
    ("child", "pods"),
    [
        (FAILED, (make_ended_pod(70, message=SPOKEN),)),
        (FAILED, ()),
        (FAILED, (make_pod(phase="Failed", reason="UnexpectedAdmissionError"),)),
        (FAILED, (make_ended_pod(137, disrupted=make_condition("DisruptionTarget")),)),
        (make_child(), (make_ended_pod(137), make_running_pod(uid="pod-2"))),
        (make_child(conditions=(make_condition("Complete"),)), (make_ended_pod(137), make_ended_pod(0, uid="pod-2"))),
    ],
)
def test_no_log_is_asked_for_where_none_is_or_none_is_needed(child: JobRecord, pods: tuple[PodRecord, ...]) -> None:
    assert wanted_log(Observed(child, pods)) is None


def test_the_outcome_waits_a_moment_for_the_log_and_no_longer() -> None:
    awaited = Observed(FAILED, (make_ended_pod(139),), log_awaited=True)
    early = ended(1, awaited)
    assert early.status.phase == "Running"
    assert early.requeue_after is not None
    assert ended(30, awaited).status.phase == "Failed"
    told = ended(1, Observed(FAILED, (make_ended_pod(139),), log_tail="Segmentation fault")).status
    assert told.failure is not None
    assert told.failure.log_tail == "Segmentation fault"


def test_the_trainers_own_log_goes_first_and_none_is_kept_where_that_is_off() -> None:
    spoken = Observed(FAILED, (make_ended_pod(70, message=SPOKEN),), log_tail="read")
    kept, dropped = (ended(1, spoken, keep=keep).status.failure for keep in (True, False))
    assert kept is not None
    assert dropped is not None
    assert (kept.log_tail, dropped.log_tail) == ("last line", None)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("AWS_SECRET_ACCESS_KEY=abc/def+1 rest", "AWS_SECRET_ACCESS_KEY=*** rest"),
        ('{"password": "hunter2", "x": 1}', '{"password": *** "x": 1}'),
        ("Authorization: Bearer eyJhbGciOi.x.y", "Authorization: Bearer ***"),
        ("get https://me:pw@host.test/x?sig=1 failed", "get https://***@host.test/x?... failed"),
        ("\x1b[31mred\x1b[0m\x00", "red"),
        ("epoch 3: loss 0.41, tokens 12", "epoch 3: loss 0.41, tokens 12"),
    ],
)
def test_a_log_that_was_read_is_masked(line: str, shown: str) -> None:
    assert shown_log(line) == shown


def test_only_the_end_of_a_log_is_kept() -> None:
    lines = [f"line {number}" for number in range(1000)]
    assert shown_log("\n".join(lines)).splitlines() == lines[-MAX_LINES:]
    assert len(shown_log("x" * 100_000)) == MAX_CHARACTERS
