"""The workers: take a key, make a pass, and come back to it as the result says."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from ..kube.errors import ApiError, Conflict, NotLeading, TooManyRequests, Unavailable
from ..kube.store import Key
from ..observability.logging import log_fields
from .reconcile import PassResult
from .workqueue import Priority, WorkQueue

log = logging.getLogger(__name__)

_IDLE_SECONDS = 5.0
_AWAY_SECONDS = 15.0
"""Longest pause while the API server is away: when it is back, all goes on within this time."""
WORKER_DEADLINE_SECONDS = 180.0
"""A pass sends a handful of requests of at most 35 s each: a worker that is silent for longer hangs."""


class Reconciler(Protocol):
    """Makes one pass."""

    def reconcile(self, key: Key) -> PassResult:
        """Looks at one job and acts. Raises ApiError when the API server refused something."""


class Controller:
    """A bounded number of worker threads; a key that keeps failing waits longer and longer and disturbs no other."""

    def __init__(
        self,
        queue: WorkQueue[Key],
        reconciler: Reconciler,
        workers: int,
        *,
        may_write: Callable[[], bool],
        on_pass: Callable[[str, float], None],
    ) -> None:
        """Prepares the workers.

        Args:
            queue: where the keys come from.
            reconciler: makes the passes.
            workers: how many passes may run at a time.
            may_write: asked before each pass; when it says no, the key is put back.
            on_pass: told the result and the seconds of each pass.
        """
        self._queue, self._reconciler = queue, reconciler
        self._may_write, self._on_pass = may_write, on_pass
        self._passes = itertools.count(1)
        names = [f"worker-{number}" for number in range(workers)]
        self._attempts = dict.fromkeys(names, time.monotonic())
        self._threads = [threading.Thread(target=self._work, args=[name], name=name, daemon=True) for name in names]

    def start(self) -> None:
        """Starts the workers."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Lets running passes end within `timeout` seconds and starts no other. Returns whether all have ended."""
        self._queue.close()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def last_attempt(self) -> float:
        """Monotonic time at which the worker that is silent longest showed a sign of life."""
        if not any(thread.is_alive() for thread in self._threads):
            return time.monotonic()
        return min(self._attempts.values())

    def _work(self, name: str) -> None:
        while not self._queue.closed:
            self._attempts[name] = time.monotonic()
            key = self._queue.get(_IDLE_SECONDS)
            if key is None:
                continue
            self._attempts[name] = time.monotonic()
            try:
                self._handle(key)
            finally:
                self._queue.done(key)

    def _handle(self, key: Key) -> None:
        if not self._may_write():
            self._queue.add_after(key, 1.0)
            return
        started = time.monotonic()
        with log_fields(namespace=key.namespace, job=key.name, reconcile=next(self._passes)):
            result = self._attempt(key)
        self._on_pass(result, time.monotonic() - started)

    def _attempt(self, key: Key) -> str:
        try:
            done = self._reconciler.reconcile(key)
        except Conflict as error:
            log.debug("the view was stale: %s", error)
            self._queue.retry(key)
            return "conflict"
        except NotLeading:
            self._queue.add_after(key, 1.0)
            return "error"
        except ApiError as error:
            log.warning("the API server did not do it: %s; next try in %.1f s", error, self._retry(key, error))
            return "error"
        except Exception:
            log.exception("the pass failed in an unforeseen way; next try in %.1f s", self._queue.retry(key))
            return "failed"
        self._queue.forget(key)
        if done.requeue_after == 0:
            # A crowd's children all come before the first's status: a child is what somebody waits for.
            self._queue.add(key, Priority.FOLLOW_UP)
        elif done.requeue_after is not None:
            self._queue.add_after(key, done.requeue_after)
        return done.result

    def _retry(self, key: Key, error: ApiError) -> float:
        """A server that is away or busy comes back by itself; a refusal lasts until somebody does something."""
        away = isinstance(error, Unavailable | TooManyRequests)
        at_most = {"at_most": _AWAY_SECONDS} if away else {}
        return self._queue.retry(key, at_least=error.retry_after, **at_most)
