"""How often progress alone may be written: the interval stretches so that all jobs together stay in the budget."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable

WRITES_PER_SECOND = 20.0
SPREAD = 0.25
"""A stretched interval is longer by up to this share, by the job: those that began together do not write together."""
_RECOUNT_SECONDS = 1.0


class ProgressRate:
    """The interval for one job, from the number of running jobs, counted at most once a second."""

    def __init__(
        self, base_seconds: float, running_jobs: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._base, self._running_jobs, self._clock = base_seconds, running_jobs, clock
        self._lock = threading.Lock()
        self._counted_at = float("-inf")
        self._interval = base_seconds

    def interval(self, uid: str) -> float:
        """Seconds between two progress writes of the job with this UID."""
        stretched = self._stretched()
        if stretched <= self._base:
            return self._base
        return stretched * (1.0 + SPREAD * zlib.crc32(uid.encode()) / 2**32)

    def _stretched(self) -> float:
        with self._lock:
            now = self._clock()
            if now - self._counted_at > _RECOUNT_SECONDS:
                self._interval = self._running_jobs() / WRITES_PER_SECOND
                self._counted_at = now
            return self._interval
