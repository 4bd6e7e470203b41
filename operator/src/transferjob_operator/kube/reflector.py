"""Keeps a store equal to a collection on the API server: list, then watch, and list again when the thread is lost."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from . import rest
from .backoff import Backoff
from .client import KubeClient, Stream
from .errors import ApiError, Gone, NotFound
from .store import Change, R, Store
from .watch import WatchEvent, events

_SHORT_WATCH_SECONDS = 1.0
_LOOP_SLACK_SECONDS = 110.0
_LATE_END_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 10.0
"""When an API server that was away is back, all is known again within this time."""
_UNFOLLOWED_SECONDS = 60.0
"""A list that no watch could follow yet is made anew no earlier: only the watch is tried again."""

log = logging.getLogger(__name__)
Project = Callable[[Mapping[str, Any]], R]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    idle: float = 70.0
    """The server sends a bookmark about once a minute: a watch that says nothing for longer is taken for dead."""
    resync: float = 1800.0
    """A new list about this often heals whatever a watch may have missed."""
    watch: tuple[int, int] = (240, 360)
    """Bounds of the time after which the server is asked to end a watch."""

    @property
    def attempt_deadline(self) -> float:
        """Longest time between two signs of life of the loop itself, whether or not the server answers."""
        return self.idle + _LOOP_SLACK_SECONDS

    def watch_seconds(self) -> int:
        """The time of one watch, drawn anew for each; not beyond the next list."""
        return min(random.randint(*self.watch), math.ceil(self.resync))  # noqa: S311  spreads load

    def resync_seconds(self) -> float:
        """The time to the next list, drawn anew for each."""
        return self.resync * random.uniform(0.9, 1.0)  # noqa: S311  spreads load


@dataclass(frozen=True, slots=True)
class Source:
    """Which objects are followed; no namespace means all."""

    resource: rest.Resource
    namespace: str | None = None
    label_selector: str = ""

    def __str__(self) -> str:
        return f"{self.resource.plural} in {self.namespace or 'all namespaces'}"


@dataclass(frozen=True, slots=True)
class Hooks(Generic[R]):
    """Whom a reflector tells, on its own thread; none of them may block."""

    on_change: Callable[[Change[R], bool], None]
    """A record changed; True when a list told it, False when a watch did."""
    on_restart: Callable[[rest.Resource, str], None] = lambda _resource, _cause: None
    """The watch is opened again, and why: `expired`, `ended`, `broken`, `resync` or `failed`."""


class Reflector(Generic[R]):
    """One thread that follows one source into one store."""

    def __init__(
        self,
        client: KubeClient,
        source: Source,
        store: Store[R],
        project: Project[R],
        hooks: Hooks[R],
        timing: Timing | None = None,
    ) -> None:
        self.source, self._timing = source, timing or Timing()
        self._client, self._store, self._project, self._hooks = client, store, project, hooks
        self._version: str | None = None
        self._stopped = threading.Event()
        self._synced = threading.Event()
        self._stream: Stream | None = None
        self._backoff = Backoff(base=0.2, limit=_LONGEST_PAUSE_SECONDS)
        self._thread = threading.Thread(target=self._run, name=f"reflect {source}", daemon=True)
        self._list_due = float("-inf")
        self._followed = True
        self._paged = True
        self.last_attempt = time.monotonic()
        """Monotonic time of the loop's last step."""
        self.last_contact: float | None = None
        """Monotonic time at which the server last told something."""
        self.last_error: str | None = None
        """Why the source cannot be followed at the moment."""

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Ends the thread, also out of a blocked read."""
        self._stopped.set()
        stream = self._stream
        if stream is not None:
            stream.shutdown()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def wait_synced(self, timeout: float | None) -> bool:
        """Waits until a whole list has been taken in."""
        return self._synced.wait(timeout)

    @property
    def synced(self) -> bool:
        """Whether a whole list has been taken in."""
        return self._synced.is_set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._step()
            except Gone as error:
                self._list_due = float("-inf")
                self._lost("expired", error)
            except ApiError as error:
                self._lost("broken", error)
            except Exception as error:
                log.exception("following %s failed in an unforeseen way", self.source)
                self._list_due = float("-inf")  # going on from the same version would meet the same event again
                self._lost("failed", ApiError(0, "Failed", f"a fault of the operator, {type(error).__name__}"))

    def _step(self) -> None:
        self._touch()
        if time.monotonic() > self._list_due:
            self._list()
        opened = time.monotonic()
        try:
            self._watch()
        finally:
            lived = time.monotonic() - opened
            if lived > _SHORT_WATCH_SECONDS:
                self._backoff.reset()
        self._hooks.on_restart(self.source.resource, "ended" if time.monotonic() < self._list_due else "resync")
        if lived <= _SHORT_WATCH_SECONDS:
            self._pause()

    def _lost(self, cause: str, error: ApiError) -> None:
        if self._stopped.is_set():
            return
        self._hooks.on_restart(self.source.resource, cause)
        missing = isinstance(error, NotFound) and not self.synced
        hint = "; is its CustomResourceDefinition installed?" if missing else ""
        self.last_error = f"cannot follow {self.source}: {error}{hint}"
        log.warning("%s", self.last_error)
        self._pause(error.retry_after)

    def _pause(self, at_least: float = 0.0) -> None:
        self._stopped.wait(max(self._backoff.next(), at_least * random.uniform(1.0, 1.5)))  # noqa: S311  spreads load

    def _list(self) -> None:
        records, version = self._read_all()
        changes = self._store.replace(self.source.namespace, records, version)
        self._version, self._followed = version, False
        self._list_due = time.monotonic() + max(self._timing.resync_seconds(), _UNFOLLOWED_SECONDS)
        for change in changes:
            self._hooks.on_change(change, True)
        self._heard()
        self._synced.set()

    def _read_all(self) -> tuple[list[R], str]:
        """Everything, as of now and not as of what the server happens to have in memory.

        A decision from a list that is older than what this process or the one before it has done would do it again.
        """
        records: list[R] = []
        token = ""
        while True:
            page = self._read_page(token)
            metadata = page["metadata"]
            records += self._projected(page.get("items") or ())
            token = metadata.get("continue") or ""
            if not token:
                self._paged = True
                return records, str(metadata["resourceVersion"])

    def _read_page(self, token: str) -> Mapping[str, Any]:
        source, limit = self.source, rest.PAGE_SIZE if self._paged else 0
        request = rest.list_page(
            source.resource, source.namespace, label_selector=source.label_selector, continue_token=token, limit=limit
        )
        try:
            page: Mapping[str, Any] = self._client.send(request)
        except Gone:
            self._paged = not token  # the pages outlived the server's memory: once in one piece, which cannot
            raise
        self._touch()
        return page

    def _projected(self, items: Any) -> Iterator[R]:
        return (self._project(item) for item in items)

    def _watch(self) -> None:
        assert self._version is not None
        seconds = self._timing.watch_seconds()
        request = rest.watch(
            self.source.resource,
            self.source.namespace,
            resource_version=self._version,
            timeout_seconds=seconds,
            label_selector=self.source.label_selector,
        )
        end = time.monotonic() + seconds + _LATE_END_SECONDS
        with self._client.open_stream(request, idle_timeout=self._timing.idle) as stream:
            self._stream = stream
            self._heard()
            self._follow()
            try:
                for event in events(stream.chunks()):
                    self._take(event)
                    if self._stopped.is_set() or time.monotonic() > end:
                        return  # the server was asked to end it long ago
            finally:
                self._stream = None

    def _follow(self) -> None:
        """The first watch after a list: from now on it may miss what the next list heals."""
        if not self._followed:
            self._followed, self._list_due = True, time.monotonic() + self._timing.resync_seconds()

    def _take(self, event: WatchEvent) -> None:
        self._heard()
        if event.type == "DELETED":
            self._hooks.on_change(self._store.remove(self._project(event.object)), False)
        elif event.type != "BOOKMARK":
            self._hooks.on_change(self._store.put(self._project(event.object)), False)
        self._version = event.resource_version

    def _heard(self) -> None:
        self._touch()
        self.last_contact, self.last_error = self.last_attempt, None

    def _touch(self) -> None:
        self.last_attempt = time.monotonic()
