"""When something was last done for each job. Lost with the process; the oldest is forgotten."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime

REMEMBERED = 16_384
"""Above what one operator runs at a time. A time that was forgotten costs one write."""


class RecentTimes:
    """Times by the UID of a job. All methods may be called from any thread."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._times: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def at(self, uid: str) -> datetime | None:
        """When it was last done; None where this process has not done it, or has forgotten."""
        return self._times.get(uid)

    def note(self, uid: str, time: datetime) -> None:
        """It was done now."""
        with self._lock:
            self._times[uid] = time
            self._times.move_to_end(uid)
            if len(self._times) > self._limit:
                self._times.popitem(last=False)

    def forget(self, uid: str) -> None:
        """The job is over."""
        with self._lock:
            self._times.pop(uid, None)
