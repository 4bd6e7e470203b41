"""The end of a log is in status before its pod may be gone: asked for first, quoted where it comes, told once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.builders import make_child, make_condition, make_ended_pod, make_job, make_pod, make_running_pod
from tests.unit.operator.core.passes import SETTINGS, at, look
from transferjob_operator.api.status import RestartStatus
from transferjob_operator.core.decision import Decision, DeleteJob
from transferjob_operator.core.diagnosis.log_tail import LogOf
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import decide
from transferjob_operator.core.records import ContainerState, OtherContainer, PodRecord, Terminated, Waiting
from transferjob_trainer.contract import Termination

RUNNING = Observed(make_child(), (make_running_pod(),), still_seconds=2000)
BEGUN = look(1, replace(RUNNING, still_seconds=0)).status
BACK_OFF = Waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container")
NEXT = make_running_pod(uid="pod-2", name="flowers-fghij", creation_time=at(40))


def failed(*pods: PodRecord) -> Observed:
    """The world after these attempts, which the Job controller tries again."""
    return Observed(make_child(), pods)


def of(decision: Decision) -> tuple[str, str] | None:
    """Pod and container whose log is wanted."""
    return (decision.log_of.uid, decision.log_of.container) if decision.log_of else None


def told(decision: Decision) -> RestartStatus:
    assert decision.status.last_restart is not None
    return decision.status.last_restart


def test_the_log_is_wanted_where_a_stall_or_a_deadline_ends_the_job() -> None:
    for decision in (look(900, RUNNING, BEGUN, retries=0), look(900, RUNNING, BEGUN, activeDeadlineSeconds=60)):
        assert decision.status.phase == "Failed"
        assert decision.log_of == LogOf("default", "flowers-abcde", "pod-1")


def test_the_log_that_came_is_in_the_status_and_never_changes_a_final_one() -> None:
    over = look(900, replace(RUNNING, log_tail="shard 7"), BEGUN, retries=0)
    assert over.status.failure is not None
    assert over.status.failure.log_tail == "shard 7"
    after = look(901, replace(RUNNING, log_tail="shard 8"), over.status, retries=0)
    assert (after.status, after.log_of) == (over.status, None)


def test_no_log_is_asked_for_where_none_is_kept_or_nothing_ran() -> None:
    job = make_job(run={"retries": 0})
    off = decide(job, BEGUN, RUNNING, replace(SETTINGS, keep_log_tail=False), at(900))
    assert (off.status.phase, off.log_of) == ("Failed", None)
    bound = Observed(make_child(), (make_pod(node="node-1"),))
    late = look(2000, bound, BEGUN)
    assert (late.status.phase, late.log_of) == ("Failed", None)


@pytest.mark.parametrize(
    ("container", "others", "named"),
    [
        (BACK_OFF, (), "trainer"),
        (Waiting("PodInitializing", ""), (OtherContainer("setup", True, BACK_OFF),), "setup"),
        (None, (OtherContainer("setup", True, Terminated(1, 0, "Error", "", None, None)),), "setup"),
    ],
)
def test_what_crashes_until_the_start_timeout_is_quoted(
    container: ContainerState | None, others: tuple[OtherContainer, ...], named: str
) -> None:
    pod = make_pod(node="node-1", container=container, others=others)
    late = look(2000, Observed(make_child(), (pod,), log_tail="no route"), BEGUN)
    assert (late.status.phase, of(late)) == ("Failed", ("pod-1", named))
    assert late.status.failure is not None
    assert late.status.failure.log_tail == "no route"
    image = replace(pod, container=Waiting("ImagePullBackOff", ""), others=())
    assert of(look(2000, Observed(make_child(), (image,)), BEGUN)) is None


def test_a_stall_that_is_tried_again_leaves_its_log_before_its_pod_is_deleted() -> None:
    asked = look(900, RUNNING, BEGUN, retries=3)
    assert (asked.status.phase, of(asked)) == ("Running", ("pod-1", "trainer"))
    again = look(900, replace(RUNNING, log_tail="shard 7"), BEGUN, retries=3)
    assert (told(again).pod_uid, told(again).reason, told(again).log_tail) == ("pod-1", "Stalled", "shard 7")
    assert "stood still for" in told(again).message
    after = look(901, RUNNING, again.status, retries=3)
    assert (told(after), after.log_of) == (told(again), None)
    killed = replace(RUNNING, pods=(make_ended_pod(143, deletion_time=at(900)), NEXT), still_seconds=0)
    gone_on = look(960, killed, again.status, retries=3)
    assert (gone_on.status.pod_uid, told(gone_on), gone_on.log_of) == ("pod-2", told(again), None)


def test_a_failed_attempt_is_told_once_with_the_trainers_own_words_or_the_log_that_is_read() -> None:
    words = Termination(reason="Crash", message="a bug", log_tail="last line").encode().decode()
    spoken = look(30, failed(make_ended_pod(70, message=words)), BEGUN, retries=3)
    assert (told(spoken).reason, told(spoken).exit_code, told(spoken).log_tail) == ("Crash", 70, "last line")
    assert spoken.log_of is None
    killed = failed(make_ended_pod(137, reason="OOMKilled"))
    assert of(look(30, killed, BEGUN, retries=3)) == ("pod-1", "trainer")
    read = look(30, replace(killed, log_tail="batch 9"), BEGUN, retries=3)
    assert (told(read).reason, told(read).log_tail) == ("OutOfMemory", "batch 9")
    later = look(31, replace(killed, pods=(*killed.pods, NEXT)), read.status, retries=3)
    assert (later.status.attempts, told(later), later.log_of) == (2, told(read), None)


def test_an_attempt_whose_end_is_seen_with_the_next_ones_begin_is_told_and_an_older_one_is_not() -> None:
    old, both = make_ended_pod(137, uid="pod-0", creation_time=at(-50)), failed(make_ended_pod(1), NEXT)
    seen = look(60, replace(both, pods=(old, *both.pods)), BEGUN, retries=3)
    assert (seen.status.pod_uid, told(seen).pod_uid) == ("pod-2", "pod-1")
    lost = look(60, failed(old, NEXT), BEGUN, retries=3)
    assert (lost.status.pod_uid, lost.status.last_restart) == ("pod-2", None)


def test_what_somebody_asked_to_go_is_no_restart_and_the_log_of_a_node_that_leaves_is_not_read() -> None:
    asked = look(30, failed(make_ended_pod(143, deletion_time=at(20))), BEGUN, retries=3)
    assert (asked.status.last_restart, asked.log_of) == (None, None)
    away = make_condition("DisruptionTarget", reason="EvictionByEvictionAPI")
    evicted = look(30, failed(make_ended_pod(143, disrupted=away, deletion_time=at(20))), BEGUN, retries=3)
    assert (told(evicted).reason, evicted.log_of) == ("Evicted", None)


def test_no_attempt_followed_so_that_the_last_one_is_the_failure_and_has_its_log() -> None:
    stood = look(900, replace(RUNNING, log_tail="shard 7"), BEGUN, retries=3).status
    over = make_child(conditions=(make_condition("Failed", reason="BackoffLimitExceeded"),))
    ended = look(990, Observed(over, ()), stood, retries=3).status
    assert ended.failure is not None
    assert (ended.failure.reason, ended.failure.log_tail, ended.last_restart) == ("Stalled", "shard 7", None)


def test_a_limit_that_an_attempts_end_has_passed_quotes_that_attempt() -> None:
    killed = failed(make_ended_pod(137, reason="OOMKilled"))
    first = look(30, replace(killed, log_tail="batch 9"), BEGUN, retries=3).status
    second = make_ended_pod(137, reason="OOMKilled", uid="pod-2", creation_time=at(40), finished_at=at(60))
    over = look(61, replace(killed, pods=(*killed.pods, second), log_tail="batch 4"), first, retries=3)
    assert any(isinstance(action, DeleteJob) for action in over.actions)
    assert of(over) == ("pod-2", "trainer")
    assert over.status.failure is not None
    assert (over.status.failure.reason, over.status.failure.log_tail) == ("OutOfMemory", "batch 4")
    assert told(over).log_tail == "batch 9"


def test_without_the_log_the_restart_is_told_all_the_same() -> None:
    words = Termination(reason="Crash", message="a bug", log_tail="last line").encode().decode()
    off, job = replace(SETTINGS, keep_log_tail=False), make_job(run={"retries": 3})
    again = decide(job, BEGUN, failed(make_ended_pod(70, message=words)), off, at(30))
    assert (told(again).reason, told(again).log_tail, again.log_of) == ("Crash", None, None)
