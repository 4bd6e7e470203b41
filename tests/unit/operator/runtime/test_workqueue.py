"""The work queue: each key once, never in two hands, later or sooner as asked."""

import random
import threading

import pytest

from transferjob_operator.runtime.crowd import CROWD
from transferjob_operator.runtime.workqueue import MAX_DELAY_SECONDS, Priority, WorkQueue


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> WorkQueue[str]:
    return WorkQueue(clock=clock, rng=random.Random(1))


def take(queue: WorkQueue[str]) -> str | None:
    return queue.get(timeout=0)


def test_a_key_is_queued_once(queue: WorkQueue[str]) -> None:
    queue.add("a")
    queue.add("a")
    assert (take(queue), take(queue)) == ("a", None)


def test_keys_come_in_the_order_in_which_they_were_added(queue: WorkQueue[str]) -> None:
    for key in "abc":
        queue.add(key)
    assert [take(queue) for _ in range(3)] == ["a", "b", "c"]


def test_what_just_changed_goes_before_what_the_list_at_startup_brought(queue: WorkQueue[str]) -> None:
    queue.add("old", Priority.STARTUP)
    queue.add("older", Priority.STARTUP)
    queue.add("fresh")
    queue.add("older")
    assert [take(queue) for _ in range(4)] == ["fresh", "older", "old", None]


def test_a_key_in_a_workers_hands_comes_back_after_it_was_let_go(queue: WorkQueue[str]) -> None:
    queue.add("a")
    assert take(queue) == "a"
    queue.add("a")
    assert take(queue) is None
    queue.done("a")
    assert take(queue) == "a"
    queue.done("a")
    assert take(queue) is None


def test_a_delayed_key_waits_for_its_time_and_the_earliest_counts(queue: WorkQueue[str], clock: Clock) -> None:
    queue.add_after("a", 10)
    queue.add_after("a", 5)
    queue.add_after("a", 20)
    clock.now += 4.9
    assert take(queue) is None
    clock.now += 0.2
    assert take(queue) == "a"
    queue.done("a")
    clock.now += 100
    assert take(queue) is None


def test_pauses_double_up_to_the_limit_and_start_anew_after_success(queue: WorkQueue[str], clock: Clock) -> None:
    pauses = [queue.retry("a") for _ in range(30)]
    assert 0.0025 <= pauses[0] <= 0.005
    assert all(MAX_DELAY_SECONDS / 2 <= pause <= MAX_DELAY_SECONDS for pause in pauses[18:])
    assert queue.failures("a") == 30
    queue.forget("a")
    assert queue.retry("a") <= 0.005


def test_a_failing_key_does_not_hold_up_another(queue: WorkQueue[str]) -> None:
    queue.retry("poisoned", at_least=60)
    queue.add("well")
    assert (take(queue), take(queue)) == ("well", None)


def test_closing_wakes_a_waiting_worker_and_hands_out_nothing_more() -> None:
    queue: WorkQueue[str] = WorkQueue()
    got: list[str | None] = []
    worker = threading.Thread(target=lambda: got.append(queue.get()))
    worker.start()
    queue.close()
    worker.join(5)
    assert got == [None]
    queue.add("a")
    assert queue.get(timeout=0) is None


@pytest.mark.checklist(20)
def test_no_key_is_ever_in_two_hands() -> None:
    queue: WorkQueue[int] = WorkQueue()
    held: set[int] = set()
    clashes: list[int] = []
    handled = threading.Semaphore(0)

    def work() -> None:
        while (key := queue.get()) is not None:
            if key in held:
                clashes.append(key)
            held.add(key)
            held.discard(key)
            queue.done(key)
            handled.release()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for number in range(2000):
        queue.add(number % 7)
    assert handled.acquire(timeout=5)
    queue.close()
    for worker in workers:
        worker.join(5)
    assert clashes == []


def test_what_follows_from_our_own_writes_goes_after_what_changed_but_not_for_ever(
    queue: WorkQueue[str], clock: Clock
) -> None:
    queue.add("follow-up", Priority.FOLLOW_UP)
    queue.add("changed")
    clock.now += Priority.FOLLOW_UP + 0.1
    queue.add("changed later")
    assert [take(queue) for _ in range(3)] == ["changed", "follow-up", "changed later"]


@pytest.mark.checklist(25)
def test_ten_thousand_timers_at_one_moment_keep_no_change_waiting(clock: Clock) -> None:
    queue: WorkQueue[int] = WorkQueue(clock=clock)
    for number in range(10_000):
        queue.add_after(number, 60)
    clock.now += 60
    assert queue.get(timeout=0) == 0
    queue.add(-1)
    queue.add(9_999)
    assert [queue.get(timeout=0) for _ in range(3)] == [-1, 9_999, 1]
    assert [queue.get(timeout=0) for _ in range(9_998)] == [*range(2, 9_999), None], "each once, in order"


@pytest.mark.checklist(23)
def test_a_timer_far_ahead_is_not_lost_behind_nearer_ones(queue: WorkQueue[str], clock: Clock) -> None:
    queue.add_after("far", 30 * 86_400)
    queue.add_after("near", 60)
    clock.now += 60
    assert take(queue) == "near"
    queue.add_after("near", 7 * 3_600)
    queue.done("near")
    clock.now += 30 * 86_400 - 60
    assert [take(queue) for _ in range(3)] == ["near", "far", None]


def test_what_follows_a_list_at_startup_comes_after_the_rest_of_that_list(queue: WorkQueue[str], clock: Clock) -> None:
    for key in ("a", "b"):
        queue.add(key, Priority.STARTUP)
    assert take(queue) == "a"
    queue.add("a", Priority.FOLLOW_UP)
    queue.done("a")
    assert [take(queue), take(queue)] == ["b", "a"]


def test_what_follows_waits_out_its_handicap_while_a_crowd_arrives(queue: WorkQueue[str], clock: Clock) -> None:
    queue.add("pod", Priority.FOLLOW_UP)
    for number in range(CROWD):
        queue.add(f"new-{number}")
    assert [take(queue) for _ in range(CROWD)] == [f"new-{number}" for number in range(CROWD)]
    assert (queue.crowded, take(queue)) == (True, None)
    clock.now += 0.5
    assert take(queue) is None
    clock.now += 0.5
    assert (queue.crowded, take(queue)) == (False, "pod")


def test_a_crowd_that_goes_on_and_on_holds_nothing_longer_than_its_handicap(
    queue: WorkQueue[str], clock: Clock
) -> None:
    queue.add("pod", Priority.FOLLOW_UP)
    taken = []
    for number in range(CROWD * (Priority.FOLLOW_UP + 1)):
        queue.add(f"new-{number}")
        taken.append(take(queue))
        clock.now += 1 / CROWD
    assert taken.index("pod") == pytest.approx(CROWD * Priority.FOLLOW_UP, abs=1)


def test_fewer_changes_are_no_crowd(queue: WorkQueue[str]) -> None:
    queue.add("pod", Priority.FOLLOW_UP)
    for number in range(CROWD - 1):
        queue.add(f"new-{number}")
    assert [take(queue) for _ in range(CROWD)][-1] == "pod"
