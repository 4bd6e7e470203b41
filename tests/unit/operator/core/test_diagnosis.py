from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.builders import CHILD_UID, T0, make_child, make_ended_pod, make_pod, make_running_pod
from tests.unit.operator.core.diagnosis_cases import (
    BUSY,
    CASES,
    ENDS,
    NEVER,
    QUOTA,
    Case,
    bound,
    note,
    podless,
    quiet,
    unscheduled,
    world,
)
from transferjob_operator.core.diagnosis import Diagnosis, diagnose
from transferjob_operator.core.diagnosis.diagnose import recheck_in
from transferjob_operator.core.diagnosis.ended import attempt_end
from transferjob_operator.core.diagnosis.questions import questions
from transferjob_operator.core.diagnosis.words import MAX_WORDS, clean
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.records import PodRecord, Waiting

LATER = T0 + timedelta(seconds=90)


def found(observed: Observed) -> Diagnosis:
    diagnosis = diagnose(observed, LATER)
    assert diagnosis is not None
    return diagnosis


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.part[:12]}")
def test_what_keeps_a_job_from_running_is_named(case: Case) -> None:
    diagnosis = found(case.observed)
    assert (diagnosis.reason, diagnosis.holds_gpu) == (case.reason, case.holds_gpu)
    assert case.part in diagnosis.sentence
    assert "{" not in diagnosis.sentence.replace("{gpu: x}", "").replace("{x}", "")


@pytest.mark.parametrize(
    ("reason", "pod", "part"), ENDS, ids=lambda value: str(value)[:24] if isinstance(value, str) else ""
)
def test_how_an_attempt_ended_is_named(reason: str, pod: PodRecord, part: str) -> None:
    end = attempt_end(pod)
    assert end.reason == reason
    assert part in end.sentence


def test_ends_by_exit_code_are_told_apart() -> None:
    codes = (0, 1, 2, 126, 127, 134, 137, 139, 143)
    pods = [make_ended_pod(code, phase="Failed") for code in codes]
    pods += [make_ended_pod(code, reason="OOMKilled", phase="Failed") for code in (1, 137)]
    told = {attempt_end(pod).sentence for pod in pods}
    assert len(told) == len(pods)


@pytest.mark.parametrize(
    "observed",
    [
        Observed(),
        world(make_running_pod()),
        world(make_ended_pod(1, phase="Running", finished_at=LATER - timedelta(seconds=9))),
        world(suspended=True),
        world(deletion_time=T0),
        world(bound(deletion_time=LATER)),
        world(bound(scheduled=replace(bound().scheduled, time=LATER - timedelta(seconds=1)))),  # type: ignore[type-var]
        world(make_pod(creation_time=LATER - timedelta(seconds=50))),
        world(make_ended_pod(1, finished_at=LATER - timedelta(seconds=10))),
        world(start_time=LATER - timedelta(seconds=4)),
        world(start_time=LATER - timedelta(seconds=9)),
    ],
)
def test_of_a_job_that_runs_rests_or_has_just_begun_nothing_is_told(observed: Observed) -> None:
    assert diagnose(observed, LATER) is None


def test_the_name_of_an_image_is_the_one_thing_that_cannot_come_by_itself() -> None:
    assert {case.reason for case in CASES if found(case.observed).hopeless} == {"InvalidImage"}


def test_the_kubelets_two_ways_to_tell_of_an_image_are_one_sentence() -> None:
    pulls = [case for case in CASES if case.reason == "ImagePull"][:2]
    assert len({found(case.observed).sentence for case in pulls}) == 1


def test_the_random_name_of_a_pod_that_was_not_made_is_not_told() -> None:
    first, second = (
        found(podless("", "", f'Error creating: pods "flowers-{end}" is forbidden: {QUOTA}').observed) for end in "xy"
    )
    assert first == second


def test_an_event_with_the_cause_goes_before_a_later_one_without() -> None:
    cause = note("FailedMount", "nfs server does not answer", seconds=1)
    vague = note("FailedMount", "Unable to attach or mount volumes: timed out waiting for the condition", seconds=60)
    assert "nfs server" in found(quiet("", "", cause, vague).observed).sentence


@pytest.mark.parametrize(
    ("observed", "selectors"),
    [
        (world(start_time=LATER - timedelta(seconds=6)), [f"involvedObject.uid={CHILD_UID},type=Warning"]),
        (world(start_time=LATER - timedelta(seconds=4)), []),
        (world(suspended=True, queue_name="team-a"), []),
        (world(bound()), ["involvedObject.uid=pod-1,type=Warning"]),
        (world(bound(container=Waiting("ErrImagePull", "no"))), []),
        (world(bound(deletion_time=T0)), []),
        (world(unscheduled(BUSY)), []),
        (
            world(replace(unscheduled("pod has unbound immediate PersistentVolumeClaims"), claims=("data",))),
            ["involvedObject.kind=PersistentVolumeClaim,involvedObject.name=data,type=Warning"],
        ),
        (world(make_running_pod()), []),
        (Observed(), []),
    ],
)
def test_events_are_asked_for_only_while_nothing_moves_and_nothing_else_tells(
    observed: Observed, selectors: list[str]
) -> None:
    assert [question.selector for question in questions(observed, LATER)] == selectors


def test_an_event_about_another_object_is_not_believed() -> None:
    stranger = note("FailedMount", "nfs", "pod-of-somebody")
    assert found(quiet("", "", stranger).observed).reason == "PodStarting"


def test_events_change_no_decision() -> None:
    """What a policy acts on is the same with and without them."""
    plain, coloured = (found(quiet("", "", *notes).observed) for notes in ((), (note("FailedMount", "nfs"),)))
    acted_on = [(d.holds_gpu, d.hopeless, d.row.hold) for d in (plain, coloured)]
    assert acted_on[0] == acted_on[1]


@pytest.mark.parametrize(("words", "reason"), [(BUSY, "Unschedulable"), (NEVER, "ResourceMissing")])
def test_a_gpu_that_no_node_has_is_told_from_one_that_is_busy(words: str, reason: str) -> None:
    assert found(world(unscheduled(words))).reason == reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.part[:12]}")
def test_a_diagnosis_does_not_wait_for_the_clock_unless_it_says_so(case: Case) -> None:
    """Between now and the recheck nothing changes; what says None never changes."""
    if case.observed.refusal is not None:
        return
    wait = recheck_in(case.observed, LATER)
    later = LATER + timedelta(seconds=10_000 if wait is None else wait - 1)
    assert diagnose(case.observed, later) == found(case.observed)


def test_a_young_pod_is_looked_at_again_when_it_is_worth_telling() -> None:
    fresh = world(make_pod(container=Waiting("", "")))
    wait = recheck_in(fresh, T0)
    assert wait is not None
    assert recheck_in(fresh, T0 + timedelta(seconds=wait)) is not None


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("pull https://user:secret@registry.test/x failed", "pull https://***@registry.test/x failed"),
        ("GET https://s3.test/x?X-Amz-Signature=abc: denied", "GET https://s3.test/x?... denied"),
        ("two\n\tlines\x00\x1b[31m", "two lines [31m"),
    ],
)
def test_quoted_words_are_one_line_without_credentials(words: str, shown: str) -> None:
    assert clean(words) == shown


def test_quoted_words_are_bounded_and_braces_in_them_are_harmless() -> None:
    assert len(clean(json.dumps({"a": "x" * 100_000}))) == MAX_WORDS
    assert "{0} {name}" in found(quiet("", "", note("FailedMount", "{0} {name}")).observed).sentence


def test_a_pod_that_is_not_ours_to_judge_any_more() -> None:
    assert diagnose(replace(world(), job=make_child(conditions=make_child().conditions, suspended=True)), LATER) is None
