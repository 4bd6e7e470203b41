"""Workers go on whatever a pass does."""

import threading
import time
from collections import Counter

import pytest

from transferjob_operator.kube.errors import Conflict, Invalid, NotLeading, TooManyRequests, Unavailable
from transferjob_operator.kube.store import Key
from transferjob_operator.runtime.controller import Controller
from transferjob_operator.runtime.reconcile import PassResult
from transferjob_operator.runtime.workqueue import WorkQueue

POISONED, STALE, BUSY, WELL = (Key("ns", name) for name in ("poisoned", "stale", "busy", "well"))


class Passes:
    """Fails as the key says; counts the passes."""

    def __init__(self) -> None:
        self.made: Counter[Key] = Counter()
        self.all_well = threading.Semaphore(0)

    def reconcile(self, key: Key) -> PassResult:
        self.made[key] += 1
        if key == POISONED:
            raise ZeroDivisionError("a fault of ours")
        if key == STALE and self.made[key] == 1:
            raise Conflict(409, "Conflict", "changed since")
        if key == BUSY and self.made[key] == 1:
            raise TooManyRequests(429, "TooManyRequests", "slow down", 0.2)
        self.all_well.release()
        return PassResult("unchanged")


@pytest.mark.checklist(20)
def test_a_poisoned_key_waits_longer_and_longer_and_the_others_go_on() -> None:
    queue: WorkQueue[Key] = WorkQueue()
    passes, results = Passes(), Counter[str]()
    controller = Controller(
        queue, passes, 2, may_write=lambda: True, on_pass=lambda result, _seconds: results.update([result])
    )
    controller.start()
    for key in (POISONED, STALE, BUSY, WELL):
        queue.add(key)
    for _ in (STALE, BUSY, WELL):
        assert passes.all_well.acquire(timeout=5)
    assert controller.stop(5)
    assert (passes.made[STALE], passes.made[BUSY], passes.made[WELL]) == (2, 2, 1)
    assert 1 < passes.made[POISONED] < 12
    assert results["failed"] == passes.made[POISONED]
    assert (results["conflict"], results["error"]) == (1, 1)


def test_who_may_not_write_makes_no_pass() -> None:
    queue: WorkQueue[Key] = WorkQueue()
    passes, asked = Passes(), threading.Semaphore(0)

    def may_write() -> bool:
        asked.release()
        return False

    controller = Controller(queue, passes, 1, may_write=may_write, on_pass=lambda _result, _seconds: None)
    controller.start()
    queue.add(WELL)
    assert asked.acquire(timeout=5)
    assert controller.stop(5)
    assert not passes.made


def test_a_server_that_is_back_is_noticed_soon_and_one_that_refuses_is_not_pressed() -> None:
    class Away:
        def reconcile(self, key: Key) -> PassResult:
            raise Unavailable(503, "ServiceUnavailable", "away") if key == BUSY else Invalid(422, "Invalid", "no")

    queue: WorkQueue[Key] = WorkQueue()
    controller = Controller(queue, Away(), 1, may_write=lambda: True, on_pass=lambda _result, _seconds: None)
    for key in (BUSY, POISONED):
        for _ in range(40):
            controller._handle(key)
    for key in (BUSY, POISONED):
        queue._due.pop(key)
        controller._handle(key)
    pauses = {key: due - time.monotonic() for key, due in queue._due.items()}
    assert pauses[BUSY] <= 15 < 55 < pauses[POISONED] <= 120


def test_keys_that_hear_the_same_retry_after_are_spread() -> None:
    queue: WorkQueue[int] = WorkQueue()
    pauses = [queue.retry(number, at_least=2.0) for number in range(50)]
    assert 2.0 <= min(pauses) < max(pauses) <= 3.0
    assert max(pauses) - min(pauses) > 0.3


def test_a_pass_whose_process_leads_no_more_ends_before_its_next_write() -> None:
    class Deposed:
        def reconcile(self, key: Key) -> PassResult:
            raise NotLeading

    queue: WorkQueue[Key] = WorkQueue()
    results: list[str] = []
    controller = Controller(
        queue, Deposed(), 1, may_write=lambda: True, on_pass=lambda result, _seconds: results.append(result)
    )
    controller._handle(WELL)
    assert (results, queue.failures(WELL)) == (["error"], 0)
