from __future__ import annotations

from datetime import timedelta

from tests.support.builders import T0
from transferjob_operator.api.conditions import Condition
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.runtime.recent_times import RecentTimes
from transferjob_operator.runtime.words_hold import HOLD_SECONDS, WordsHold, only_words_differ


def status(message: str, reason: str = "Unschedulable", **fields: object) -> TransferJobStatus:
    condition = Condition(type="Running", status="False", reason=reason, message=message, last_transition_time=T0)
    return TransferJobStatus(phase="Pending", conditions=(condition,), **fields)


def test_causes_that_come_and_go_are_written_at_most_once_a_minute() -> None:
    hold, stored, writes = WordsHold(), status("taint not-ready"), 0
    for second in range(600):
        wanted = status(f"taint {'not-ready' if second % 2 else 'unreachable'}")
        now = T0 + timedelta(seconds=second)
        if stored != wanted and hold.wait("job-1", stored, wanted, now) == 0:
            stored, writes = wanted, writes + 1
    assert writes == 600 / HOLD_SECONDS


def test_what_is_more_than_words_never_waits() -> None:
    hold = WordsHold()
    assert hold.wait("job-1", status("a"), status("b"), T0) == 0
    assert hold.wait("job-1", status("b"), status("c"), T0) == HOLD_SECONDS
    assert hold.wait("job-1", status("b"), status("c", reason="ImagePull"), T0) == 0
    assert hold.wait("job-1", status("b"), status("c", attempts=1), T0) == 0
    assert hold.wait("job-2", status("b"), status("c"), T0) == 0
    assert not only_words_differ(status("a"), TransferJobStatus())


def test_what_is_remembered_is_bounded() -> None:
    times = RecentTimes(limit=3)
    for number in range(5):
        times.note(str(number), T0)
        times.note("0", T0 + timedelta(seconds=number))
    assert (len(times), times.at("0"), times.at("1")) == (3, T0 + timedelta(seconds=4), None)
    times.forget("0")
    assert (len(times), times.at("0")) == (2, None)
