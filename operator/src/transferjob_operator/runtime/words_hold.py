"""Holds back writes that would change nothing but the words of conditions: causes may come and go by the second."""

from __future__ import annotations

import threading
from datetime import datetime

from ..api.status import TransferJobStatus
from ..core.times import seconds_between, seconds_held

HOLD_SECONDS = 60.0
"""A job's words alone are written at most this often."""
_PRUNE_ABOVE = 1024


class WordsHold:
    """When each job's words alone were last written. Lost with the process, which costs one write a job at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: dict[str, datetime] = {}

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
        with self._lock:
            left = seconds_held(HOLD_SECONDS, self._written.get(uid), now)
            if not left:
                self._prune(now)
                self._written[uid] = now
            return left

    def _prune(self, now: datetime) -> None:
        if len(self._written) > _PRUNE_ABOVE:
            self._written = {
                uid: time for uid, time in self._written.items() if seconds_between(time, now) < HOLD_SECONDS
            }


def only_words_differ(before: TransferJobStatus, after: TransferJobStatus) -> bool:
    """Whether the two are the same but for the messages of their conditions."""
    return _wordless(before) == _wordless(after)


def _wordless(status: TransferJobStatus) -> TransferJobStatus:
    silent = tuple(condition.model_copy(update={"message": ""}) for condition in status.conditions)
    return status.model_copy(update={"conditions": silent})
