"""Kubernetes Events, sent by one background thread: they colour the picture and never hold up a decision."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..core.decision import EventValue
from ..core.naming import API_VERSION, KIND
from . import rest
from .client import KubeClient
from .document import JobDocument
from .errors import ApiError, NotFound, TooManyRequests, Unavailable
from .eventseries import SeriesMemory

QUEUE_LIMIT = 5000
"""Of about 2 KiB each."""
EVENTS_PER_SECOND, CROWDED_EVENTS_PER_SECOND, BURST = 50.0, 5.0, 50
"""What a crowd of jobs has to tell waits, so that the API server's time goes to the jobs themselves."""
MAX_NOTE = 1024
MAX_REASON = 128
_ATTEMPTS = 3
_MAX_STEM = 230

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: the operator's name and this process's."""

    controller: str
    instance: str


class EventSender:
    """A bounded queue of Events; when it is full, the newest is dropped and counted."""

    def __init__(
        self,
        client: KubeClient,
        reporter: Reporter,
        on_drop: Callable[[], None] = lambda: None,
        limit: int = QUEUE_LIMIT,
        is_crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_crowded = is_crowded
        self._client, self._reporter, self._on_drop = client, reporter, on_drop
        self._queue: queue.Queue[tuple[str, dict[str, Any]] | None] = queue.Queue(limit)
        self._series = SeriesMemory()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._stopping = threading.Event()
        self._due = float("-inf")

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Sends what is queued, as far as the time in seconds allows."""
        self._stopping.set()
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return
        if self._thread.is_alive():
            self._thread.join(timeout)

    def send(self, document: JobDocument, event: EventValue) -> None:
        """Queues an Event about a job; never blocks."""
        try:
            self._queue.put_nowait(
                (document.namespace, event_manifest(document, event, self._reporter, time.time_ns()))
            )
        except queue.Full:
            self._on_drop()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            self._pace()
            self._deliver(*item)

    def _pace(self) -> None:
        """Waits until another Event may be sent; not while stopping."""
        now = time.monotonic()
        slot = max(self._due, now - BURST / EVENTS_PER_SECOND)
        self._due = slot + 1 / (CROWDED_EVENTS_PER_SECOND if self._is_crowded() else EVENTS_PER_SECOND)
        if slot > now:
            self._stopping.wait(slot - now)

    def _deliver(self, namespace: str, manifest: dict[str, Any]) -> None:
        """Sends the Event, or counts up the one that has told the same before."""
        told = self._series.add(manifest)
        request = (
            rest.create(rest.EVENTS, namespace, manifest)
            if told is None
            else rest.merge_patch(rest.EVENTS, namespace, told.name, told.patch())
        )
        self._send(namespace, request, manifest)

    def _send(self, namespace: str, request: rest.Request, manifest: dict[str, Any]) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                self._client.send(request)
                return
            except NotFound:
                # The cluster forgets Events after an hour; a namespace that is gone takes no other either.
                request = rest.create(rest.EVENTS, namespace, manifest)
                self._series.restart(manifest)
            except TooManyRequests as error:
                self._stopping.wait(error.retry_after)
            except Unavailable:
                self._stopping.wait(0.5 * 2**attempt)
            except ApiError as error:
                log.warning("an Event in namespace %s was refused: %s", namespace, error)
                return
        self._on_drop()


def event_manifest(document: JobDocument, event: EventValue, reporter: Reporter, time_ns: int) -> dict[str, Any]:
    """The Event object: about which job, what, by whom, when (Unix time in nanoseconds)."""
    moment = datetime.fromtimestamp(time_ns / 1e9, UTC)
    return {
        "apiVersion": rest.EVENTS.api_version,
        "kind": rest.EVENTS.kind,
        "metadata": {"name": f"{document.name[:_MAX_STEM].rstrip('.-')}.{time_ns:x}", "namespace": document.namespace},
        "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "reportingController": reporter.controller,
        "reportingInstance": reporter.instance[:128],
        "action": event.action[:MAX_REASON],
        "reason": event.reason[:MAX_REASON],
        "type": event.type,
        "note": event.message[:MAX_NOTE],
        "regarding": {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "namespace": document.namespace,
            "name": document.name,
            "uid": document.uid,
            "resourceVersion": document.resource_version,
        },
    }
