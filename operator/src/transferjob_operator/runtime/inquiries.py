"""Questions to the API server that no pass waits for: answers come in the background, and bring a new pass."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..kube.errors import ApiError, Forbidden

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")

POOL_SIZE = 2
PER_SECOND, BURST = 5.0, 10.0
"""Questions a second in all, and as many at once: a thousand jobs that wait for the same thing ask in turn."""
REMEMBERED = 4096

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Entry(Generic[A]):
    asked_at: float
    answer: A | None = None
    pending: bool = True


class Inquiries(Generic[Q, A]):
    """The last answer to each question. All methods may be called from any thread."""

    def __init__(
        self,
        ask: Callable[[Q], A],
        *,
        interval: float,
        per_second: float = PER_SECOND,
        keep_seconds: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepares.

        Args:
            ask: puts the question; an ApiError counts as no answer.
            interval: seconds until an answer is asked for anew.
            per_second: most questions a second, after BURST at once.
            keep_seconds: for so long an answer is remembered, while there are not REMEMBERED newer ones.
            clock: monotonic seconds.
        """
        self._ask, self._interval, self._per_second, self._clock = ask, interval, per_second, clock
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()
        self._entries: OrderedDict[Q, _Entry[A]] = OrderedDict()
        self._left, self._counted_at = BURST, clock()
        self._barred = False
        self._pool = ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="inquiry")

    def answer(self, question: Q, on_news: Callable[[], None]) -> A | None:
        """The last answer, None where there is none. An old one is asked for anew; `on_news` tells that it differs."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(question)
            if not self._is_due(entry, now):
                return entry.answer if entry else None
            self._left -= 1.0
            answer = entry.answer if entry else None
            self._entries[question] = _Entry(now, answer)
            self._entries.move_to_end(question)
            self._forget(now)
        self._pool.submit(self._put, question, on_news)
        return answer

    def is_pending(self, question: Q, within: float = float("inf")) -> bool:
        """Whether the question was put, at most `within` seconds ago, and has not been answered."""
        with self._lock:
            entry = self._entries.get(question)
            return entry is not None and entry.pending and self._clock() - entry.asked_at < within

    def close(self) -> None:
        """Drops what has not been asked yet."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, now: float) -> None:
        """Drops what was asked longest ago; the question that was just put is never dropped."""
        while len(self._entries) > REMEMBERED or now - self._oldest().asked_at > self._keep_seconds:
            self._entries.popitem(last=False)

    def _oldest(self) -> _Entry[A]:
        return next(iter(self._entries.values()))

    def _is_due(self, entry: _Entry[A] | None, now: float) -> bool:
        self._left = min(self._left + (now - self._counted_at) * self._per_second, BURST)
        self._counted_at = now
        if self._left < 1.0:
            return False
        return entry is None or (not entry.pending and now - entry.asked_at >= self._interval)

    def _put(self, question: Q, on_news: Callable[[], None]) -> None:
        try:
            answer: A | None = self._ask(question)
        except ApiError as error:
            self._unanswered(question, error)
            answer = None
        with self._lock:
            entry = self._entries.get(question)
            if entry is None:
                return
            news = answer != entry.answer
            entry.pending, entry.answer = False, answer
        if news:
            on_news()

    def _unanswered(self, question: Q, error: ApiError) -> None:
        """A right that is missing is told once; all else passes."""
        barred = isinstance(error, Forbidden)
        level = logging.WARNING if barred and not self._barred else logging.DEBUG
        self._barred = self._barred or barred
        log.log(level, "no answer about %s: %s", question, error)
