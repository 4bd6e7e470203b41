"""Keeps a store equal to a collection on the API server: list, then watch, and list again when the thread is lost."""

from __future__ import annotations

import logging
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

IDLE_LIMIT_SECONDS = 70.0
"""The server sends a bookmark about once a minute: a watch that says nothing for longer is taken for dead."""
RESYNC_SECONDS = 1800.0
"""A new list at least this often heals whatever a watch may have missed."""
ATTEMPT_DEADLINE_SECONDS = IDLE_LIMIT_SECONDS + 110.0
"""Longest time between two signs of life of the loop itself, whether or not the server answers."""
_WATCH_SECONDS = (240, 360)
_SHORT_WATCH_SECONDS = 1.0

log = logging.getLogger(__name__)
Project = Callable[[Mapping[str, Any]], R]


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
    """The watch is opened again, and why: `expired`, `ended`, `broken` or `resync`."""


class Reflector(Generic[R]):
    """One thread that follows one source into one store."""

    def __init__(
        self, client: KubeClient, source: Source, store: Store[R], project: Project[R], hooks: Hooks[R]
    ) -> None:
        self.source = source
        self._client, self._store, self._project, self._hooks = client, store, project, hooks
        self._version: str | None = None
        self._stopped = threading.Event()
        self._synced = threading.Event()
        self._stream: Stream | None = None
        self._backoff = Backoff(base=0.2, limit=30.0)
        self._thread = threading.Thread(target=self._run, name=f"reflect {source}", daemon=True)
        self._listed_at = float("-inf")
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
                self._lost("expired", error)
                self._listed_at, self._version = float("-inf"), None
            except ApiError as error:
                self._lost("broken", error)
            except Exception:
                log.exception("following %s failed in an unforeseen way", self.source)
                self._pause()

    def _step(self) -> None:
        self._touch()
        if time.monotonic() - self._listed_at > RESYNC_SECONDS:
            self._list()
        opened = time.monotonic()
        try:
            self._watch()
        finally:
            lived = time.monotonic() - opened
            if lived > _SHORT_WATCH_SECONDS:
                self._backoff.reset()
        self._hooks.on_restart(self.source.resource, "ended")
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
        self._pause()

    def _pause(self) -> None:
        self._stopped.wait(self._backoff.next())

    def _list(self) -> None:
        first = "0" if self._version is None and not self.synced else self._version
        records, version = self._read_all(first)
        changes = self._store.replace(self.source.namespace, records)
        self._version, self._listed_at = version, time.monotonic()
        for change in changes:
            self._hooks.on_change(change, True)
        self._heard()
        self._synced.set()

    def _read_all(self, version: str | None) -> tuple[list[R], str]:
        records: list[R] = []
        token = ""
        while True:
            page = self._client.send(self._page(version, token))
            self._touch()
            metadata = page["metadata"]
            records += self._projected(page.get("items") or ())
            token = metadata.get("continue") or ""
            if not token:
                return records, str(metadata["resourceVersion"])

    def _page(self, version: str | None, token: str) -> rest.Request:
        source = self.source
        return rest.list_page(
            source.resource,
            source.namespace,
            label_selector=source.label_selector,
            resource_version=version,
            continue_token=token,
        )

    def _projected(self, items: Any) -> Iterator[R]:
        return (self._project(item) for item in items)

    def _watch(self) -> None:
        assert self._version is not None
        request = rest.watch(
            self.source.resource,
            self.source.namespace,
            resource_version=self._version,
            timeout_seconds=random.randint(*_WATCH_SECONDS),  # noqa: S311  spreads load
            label_selector=self.source.label_selector,
        )
        with self._client.open_stream(request, idle_timeout=IDLE_LIMIT_SECONDS) as stream:
            self._stream = stream
            self._heard()
            try:
                for event in events(stream.chunks()):
                    self._take(event)
            finally:
                self._stream = None

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
