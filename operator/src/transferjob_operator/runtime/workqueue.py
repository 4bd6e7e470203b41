"""The queue between watches and workers.

A key is queued at most once and is never in two workers' hands; one that is added while it is being worked on comes
back afterwards. A changed TransferJob goes before what follows from it (our own writes, its child, its pods), that
before what the clock brings, so that thousands of deadlines at one moment keep no change waiting, and all before what
the list at startup brought. Each priority is a handicap in seconds, so that nothing waits for ever behind a stream of
changes; while a crowd arrives what follows waits out its handicap, so that the API server's time goes to the children.
"""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable, Hashable
from enum import IntEnum
from typing import Generic, TypeVar

from .crowd import Crowd
from .queuemetrics import QueueMetrics, SilentQueueMetrics

BASE_DELAY_SECONDS = 0.005
MAX_DELAY_SECONDS = 120.0
"""Nobody tells when a quota grows or a webhook comes back: who mends it waits no longer than this."""

K = TypeVar("K", bound=Hashable)


class Priority(IntEnum):
    """Lower is sooner; the value is how many seconds later it counts as queued."""

    FRESH = 0
    FOLLOW_UP = 10
    DUE = 15
    STARTUP = 60
    STARTUP_FOLLOW_UP = 70
    """Follows from what the list at startup brought: else the statuses of a backlog would hold up its children."""


_FOLLOWING = frozenset({Priority.FOLLOW_UP, Priority.DUE})


class WorkQueue(Generic[K]):
    """Keys to work on. All methods may be called from any thread."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        metrics: QueueMetrics | None = None,
    ) -> None:
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311  spreads retries; guards nothing
        self._metrics = metrics or SilentQueueMetrics()
        self._changed = threading.Condition()
        self._sequence = itertools.count()
        self._ready: list[tuple[float, int, Priority, K]] = []
        self._queued: dict[K, tuple[Priority, float]] = {}
        self._later: list[tuple[float, int, K]] = []
        self._due: dict[K, float] = {}
        self._working: dict[K, Priority] = {}
        self._again: dict[K, Priority] = {}
        self._failures: dict[K, int] = {}
        self._crowd = Crowd()
        self._closed = False

    def __len__(self) -> int:
        return len(self._queued)

    def add(self, key: K, priority: Priority = Priority.FRESH) -> None:
        """Queues a key at once, ahead of its place if it is queued with a lower priority."""
        with self._changed:
            self._add(key, priority)
            self._changed.notify()

    def add_after(self, key: K, delay: float) -> None:
        """Queues a key after `delay` seconds; of several such times the earliest counts."""
        with self._changed:
            due = self._clock() + max(delay, 0.0)
            if not self._closed and due < self._due.get(key, float("inf")):
                self._due[key] = due
                heapq.heappush(self._later, (due, next(self._sequence), key))
                self._changed.notify()

    def retry(self, key: K, at_least: float = 0.0, at_most: float = MAX_DELAY_SECONDS) -> float:
        """Queues a key whose work failed, after a pause that doubles with each failure and is jittered.

        Args:
            key: what failed.
            at_least: the server asked to be left alone for so many seconds; keys that heard the same are spread.
            at_most: longest pause, seconds.

        Returns:
            The pause, seconds.
        """
        with self._changed:
            failures = self._failures.get(key, 0)
            self._failures[key] = failures + 1
        delay = min(BASE_DELAY_SECONDS * 2.0 ** min(failures, 32), at_most) * self._rng.uniform(0.5, 1.0)
        delay = max(delay, at_least * self._rng.uniform(1.0, 1.5))
        self._metrics.retried()
        self.add_after(key, delay)
        return delay

    def forget(self, key: K) -> None:
        """The work succeeded: the next failure starts with a short pause."""
        with self._changed:
            self._failures.pop(key, None)

    def failures(self, key: K) -> int:
        """How often the work has failed in a row."""
        return self._failures.get(key, 0)

    def get(self, timeout: float | None = None) -> K | None:
        """The next key; `done` must follow. None when the queue is closed or nothing came within `timeout` seconds."""
        deadline = None if timeout is None else self._clock() + timeout
        with self._changed:
            while not self._closed:
                self._promote()
                key = self._pop()
                if key is not None:
                    return key
                pause = self._pause(deadline)
                if pause is not None and pause <= 0:
                    return None
                self._changed.wait(pause)
        return None

    def done(self, key: K) -> None:
        """The worker has let go of the key."""
        with self._changed:
            began = self._working.pop(key, None)
            priority = self._again.pop(key, None)
            if priority is not None:
                late = priority is Priority.FOLLOW_UP and began is Priority.STARTUP
                self._add(key, Priority.STARTUP_FOLLOW_UP if late else priority)
                self._changed.notify()

    @property
    def crowded(self) -> bool:
        """Whether a crowd of changed jobs arrives."""
        with self._changed:
            return self._crowd.seconds_left(self._clock()) > 0

    @property
    def closed(self) -> bool:
        """Whether nothing is handed out any more."""
        return self._closed

    def close(self) -> None:
        """Wakes all workers; nothing is handed out any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _add(self, key: K, priority: Priority) -> None:
        if self._closed:
            return
        if key in self._working:
            self._again[key] = min(priority, self._again.get(key, priority))
            return
        queued = self._queued.get(key)
        if queued is not None and queued[0] <= priority:
            return
        since = self._clock() if queued is None else queued[1]
        self._queued[key] = (priority, since)
        heapq.heappush(self._ready, (since + priority, next(self._sequence), priority, key))
        self._metrics.depth(len(self._queued))

    def _pop(self) -> K | None:
        now = self._clock()
        while self._ready and not self._held(now):
            _, _, priority, key = heapq.heappop(self._ready)
            queued = self._queued.get(key)
            if queued is None or queued[0] != priority:
                continue  # it was moved ahead, and this is its old place
            del self._queued[key]
            self._working[key] = priority
            self._metrics.depth(len(self._queued))
            self._metrics.waited(now - queued[1])
            if priority is Priority.FRESH:
                self._crowd.note(now)
            return key
        return None

    def _held(self, now: float) -> float:
        """Seconds for which what comes next waits, because a crowd arrives and has to come first."""
        at, _, priority, _ = self._ready[0]
        return max(0.0, min(at - now, self._crowd.seconds_left(now))) if priority in _FOLLOWING else 0.0

    def _promote(self) -> None:
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            due, _, key = heapq.heappop(self._later)
            if self._due.get(key) == due:
                del self._due[key]
                self._add(key, Priority.DUE)

    def _pause(self, deadline: float | None) -> float | None:
        now = self._clock()
        times = [deadline] if deadline is not None else []
        times += [self._later[0][0]] if self._later else []
        times += [now + self._held(now)] if self._ready else []
        if deadline is not None and deadline <= now:
            return 0.0
        return max(min(times) - now, 0.001) if times else None
