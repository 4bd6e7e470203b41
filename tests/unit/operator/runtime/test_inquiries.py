from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.cluster.api import poll
from transferjob_operator.kube.errors import Forbidden
from transferjob_operator.runtime.inquiries import BURST, REMEMBERED, Inquiries


class Asked:
    """Answers with how often a subject was asked for, on a clock of its own."""

    def __init__(self) -> None:
        self.now, self.asked, self.fails = 0.0, list[str](), False
        self.news = threading.Event()
        self.inquiries: Inquiries[str, int] = Inquiries(self._answer, interval=30, clock=lambda: self.now)

    def _answer(self, subject: str) -> int:
        self.asked.append(subject)
        if self.fails:
            raise Forbidden(403, "Forbidden", "no")
        return self.asked.count(subject)

    def answer(self, subject: str) -> int | None:
        return self.inquiries.answer(subject, self.news.set)

    def settle(self, subject: str) -> None:
        poll(lambda: self.inquiries.is_pending(subject), lambda pending: not pending, 5, "the answer")


@pytest.fixture
def desk() -> Iterator[Asked]:
    asked = Asked()
    yield asked
    asked.inquiries.close()


def test_an_answer_comes_in_the_background_and_brings_a_new_look(desk: Asked) -> None:
    assert desk.answer("a") is None
    assert desk.news.wait(5)
    assert desk.answer("a") == 1
    assert desk.asked == ["a"]


def test_an_old_answer_is_asked_for_anew_and_stands_meanwhile(desk: Asked) -> None:
    desk.answer("a")
    desk.settle("a")
    desk.now = 29.0
    assert (desk.answer("a"), desk.asked) == (1, ["a"])
    desk.now = 31.0
    assert desk.answer("a") == 1
    desk.settle("a")
    assert (desk.answer("a"), desk.asked) == (2, ["a", "a"])


def test_a_thousand_subjects_ask_in_turn(desk: Asked) -> None:
    for number in range(1000):
        desk.answer(str(number))
    poll(lambda: len(desk.asked), lambda count: count == int(BURST), 5, "the burst")
    desk.now = 1.0
    for number in range(1000):
        desk.answer(str(number))
    poll(lambda: len(desk.asked), lambda count: count == int(BURST) + 5, 5, "one more second's questions")


def test_a_refusal_is_no_answer_and_no_news(desk: Asked) -> None:
    desk.fails = True
    desk.answer("a")
    desk.settle("a")
    assert not desk.news.is_set()
    assert desk.answer("a") is None


def test_what_is_remembered_is_bounded(desk: Asked) -> None:
    for number in range(REMEMBERED + 100):
        desk.now += 1.0
        desk.answer(str(number))
    poll(lambda: len(desk.asked), lambda count: count == REMEMBERED + 100, 20, "all questions put")
    desk.now += 1.0
    assert desk.answer("0") is None


def test_an_answer_is_forgotten_after_its_time() -> None:
    now = 0.0
    inquiries = Inquiries(str.upper, interval=float("inf"), keep_seconds=60.0, clock=lambda: now)
    inquiries.answer("a", lambda: None)
    poll(lambda: inquiries.answer("a", lambda: None), lambda told: told == "A", 5, "an answer")
    now = 61.0
    inquiries.answer("b", lambda: None)
    assert inquiries.answer("a", lambda: None) is None
    inquiries.close()
