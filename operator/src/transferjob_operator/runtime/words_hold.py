"""Holds back writes that would change nothing but the words of conditions: causes may come and go by the second."""

from __future__ import annotations

from datetime import datetime

from ..api.status import TransferJobStatus
from ..core.times import seconds_held
from .recent_times import RecentTimes

HOLD_SECONDS = 60.0
"""A job's words alone are written at most this often."""


class WordsHold:
    """When each job's words alone were last written."""

    def __init__(self) -> None:
        self._written = RecentTimes()

    def wait(self, uid: str, before: TransferJobStatus, after: TransferJobStatus, now: datetime) -> float:
        """Seconds for which this change must wait; 0 where it may be written now, which is then noted.

        Args:
            uid: of the job.
            before: the stored status.
            after: the status that is wanted.
            now: the time, aware.
        """
        if before == after or not only_words_differ(before, after):
            return 0.0
        left = seconds_held(HOLD_SECONDS, self._written.at(uid), now)
        if not left:
            self._written.note(uid, now)
        return left

    def forget(self, uid: str) -> None:
        """The job is over."""
        self._written.forget(uid)


def only_words_differ(before: TransferJobStatus, after: TransferJobStatus) -> bool:
    """Whether the two are the same but for the messages of their conditions."""
    return _wordless(before) == _wordless(after)


def _wordless(status: TransferJobStatus) -> TransferJobStatus:
    silent = tuple(condition.model_copy(update={"message": ""}) for condition in status.conditions)
    return status.model_copy(update={"conditions": silent})
