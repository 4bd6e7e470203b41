"""Asks running pods how far they are. A pod that cannot be reached is an unknown, never a failure.

The pod's address and what it answers come from a workload that is not trusted: no redirect is followed, no proxy is
used, and time and size are bounded.
"""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pydantic import ValidationError

from transferjob_trainer.contract import Progress
from transferjob_trainer.contract.progress import ENDPOINT_PORT, MAX_PROGRESS_BYTES, PROGRESS_PATH

from ..core.settings import PULL_INTERVAL_SECONDS

TIMEOUT_SECONDS = 2.0
POOL_SIZE = 8
FORGET_SECONDS = 600.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Entry:
    asked_at: float
    progress: Progress | None = None
    """The last document."""
    first_told_at: float = 0.0
    """When this very document came for the first time."""
    last_told_at: float = 0.0
    """When it came for the last time."""
    silent_from: float | None = None
    """When it was first asked in vain since its last answer."""
    pending: bool = False


class ProgressPuller:
    """The last document of each pod, fetched in the background at most once in an interval."""

    def __init__(
        self,
        *,
        interval: float = PULL_INTERVAL_SECONDS,
        port: int = ENDPOINT_PORT,
        on_result: Callable[[bool], None] = lambda _found: None,
    ) -> None:
        self.interval = interval
        """Seconds between two requests to one pod."""
        self._port, self._on_result = port, on_result
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._pool = ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="progress")

    def latest(self, pod_uid: str) -> Progress | None:
        """The pod's document as last seen; None when it never answered."""
        with self._lock:
            entry = self._entries.get(pod_uid)
            return entry.progress if entry else None

    def still_seconds(self, pod_uid: str) -> float:
        """Seconds between the first and the last time that the pod told its present document; silence adds nothing.

        Counted by this process: one that has just started gives a standing pod the whole limit once more.
        """
        with self._lock:
            entry = self._entries.get(pod_uid)
            return entry.last_told_at - entry.first_told_at if entry else 0.0

    def silent_seconds(self, pod_uid: str) -> float:
        """Seconds since the pod was first asked in vain; 0 where its last answer came, or it was never asked."""
        with self._lock:
            entry = self._entries.get(pod_uid)
            return time.monotonic() - entry.silent_from if entry and entry.silent_from is not None else 0.0

    def request(self, ip: str, pod_uid: str, on_progress: Callable[[], None]) -> float:
        """Asks the pod unless it was asked within the interval, and calls `on_progress` when there is news.

        Returns:
            Seconds after which it may be asked again.
        """
        now = time.monotonic()
        with self._lock:
            entry = self._entries.get(pod_uid)
            wait = 0.0 if entry is None else entry.asked_at + self.interval - now
            if entry is not None and (entry.pending or wait > 0):
                return max(wait, 0.1)
            entry = self._entries.setdefault(pod_uid, _Entry(now))
            entry.asked_at, entry.pending = now, True
            self._prune(now)
        self._pool.submit(self._pull, ip, pod_uid, on_progress)
        return self.interval

    def close(self) -> None:
        """Drops what has not been asked yet; running requests end by their own timeout."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _pull(self, ip: str, pod_uid: str, on_progress: Callable[[], None]) -> None:
        progress = fetch_progress(ip, pod_uid, port=self._port)
        self._on_result(progress is not None)
        with self._lock:
            entry = self._entries[pod_uid]
            entry.pending = False
            news = progress is not None and progress != entry.progress
            if progress is not None:
                entry.last_told_at, entry.silent_from = time.monotonic(), None
            elif entry.silent_from is None:
                entry.silent_from = time.monotonic()
            if news:
                entry.progress, entry.first_told_at = progress, entry.last_told_at
        if news:
            on_progress()

    def _prune(self, now: float) -> None:
        for uid in [uid for uid, entry in self._entries.items() if now - entry.asked_at > FORGET_SECONDS]:
            del self._entries[uid]


def fetch_progress(
    ip: str, pod_uid: str, *, port: int = ENDPOINT_PORT, timeout: float = TIMEOUT_SECONDS
) -> Progress | None:
    """The document of the pod at this address; None when it cannot be had, is too long, or is another pod's."""
    try:
        progress = Progress.model_validate_json(_get(ip, port, time.monotonic() + timeout))
    except (OSError, http.client.HTTPException, ValidationError, ValueError) as error:
        log.debug("no progress from %s: %s", ip, type(error).__name__)
        return None
    return progress if progress.pod_uid == pod_uid else None


def _get(ip: str, port: int, deadline: float) -> bytes:
    connection = http.client.HTTPConnection(ip, port, timeout=_left(deadline))
    try:
        connection.connect()
        with _cut_off(connection.sock, deadline):
            return _read(connection)
    finally:
        connection.close()


def _read(connection: http.client.HTTPConnection) -> bytes:
    connection.request("GET", PROGRESS_PATH, headers={"Accept": "application/json"})
    response = connection.getresponse()
    if response.status != 200:
        raise http.client.HTTPException(f"answered {response.status}")
    body = response.read(MAX_PROGRESS_BYTES + 1)
    if len(body) > MAX_PROGRESS_BYTES:
        raise http.client.HTTPException("answered too much")
    return body


@contextmanager
def _cut_off(sock: socket.socket, deadline: float) -> Iterator[None]:
    """Ends reads at the deadline: the socket's own timeout starts anew with each byte of a peer that drips."""
    timer = threading.Timer(_left(deadline), _shutdown, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shutdown(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)
