"""Follows jobs as they change: list, watch, and again from the start when the connection ends."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from ..kube import rest
from ..kube.errors import Gone, TooManyRequests, Unavailable, error_from_status
from . import requests
from .cluster import Cluster, Job
from .errors import timed_out
from .explain import explain

Kind = Literal["CHANGED", "DELETED", "LOST", "SYNCED"]

_WATCH_SECONDS = 240
_IDLE_SECONDS = 90.0
_OUTAGE_SECONDS = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


@dataclass(frozen=True, slots=True)
class Change:
    """A job that was made, changed or deleted; LOST (no answer) and SYNCED (all there is was told) carry none."""

    kind: Kind
    job: Job


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which waiting ends; None is never."""

    end: float | None

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """The moment `seconds` from now."""
        return cls(None if seconds is None else time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left; infinite without an end. Raises CliError (timed out) when none are."""
        if self.end is None:
            return math.inf
        left = self.end - time.monotonic()
        if left <= 0:
            raise timed_out("The time given by --timeout has passed.")
        return left


@dataclass(slots=True)
class Follower:
    """Follows one job or all jobs of a namespace (None: of all namespaces) until the deadline."""

    cluster: Cluster
    namespace: str | None
    name: str | None = None
    selector: str = ""
    deadline: Deadline = field(default_factory=lambda: Deadline(None))
    _known: dict[str, Job] = field(default_factory=dict)
    _listed_once: bool = False

    def changes(self) -> Iterator[Change]:
        """Each job that there is, then each change.

        A cluster that is away for a minute ends it, as do missing rights and the deadline, with CliError.
        """
        pause, lost_at = _FIRST_PAUSE, None
        while True:
            try:
                version = yield from self._listed()
                pause, lost_at = _FIRST_PAUSE, None
                yield from self._watched(version)
            except Gone:
                pass
            except (Unavailable, TooManyRequests) as error:
                lost_at = lost_at or time.monotonic()
                if not self._listed_once or time.monotonic() - lost_at > _OUTAGE_SECONDS:
                    raise explain(error, self.cluster.server) from error
                yield Change("LOST", {})
            time.sleep(min(pause, self.deadline.remaining()))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def has(self, uid: str) -> bool:
        """Whether the job of this UID is there, as far as was told."""
        return uid in self._known

    def _listed(self) -> Generator[Change, None, str]:
        """Returns the resource version to watch from."""
        self.deadline.remaining()
        jobs, version = self.cluster.list_raw(self.namespace, self.selector, self.name)
        self._listed_once = True
        there = {job["metadata"]["uid"]: job for job in jobs}
        for uid in self._known.keys() - there.keys():
            yield Change("DELETED", self._known.pop(uid))
        for job in jobs:
            yield from self._seen(job)
        yield Change("SYNCED", {})
        return version

    def _seen(self, job: Job) -> Iterator[Change]:
        uid, version = job["metadata"]["uid"], job["metadata"]["resourceVersion"]
        if uid not in self._known or self._known[uid]["metadata"]["resourceVersion"] != version:
            self._known[uid] = job
            yield Change("CHANGED", job)

    def _watched(self, version: str) -> Iterator[Change]:
        left = self.deadline.remaining()
        request = rest.watch(
            rest.TRANSFER_JOBS,
            self.namespace,
            resource_version=version,
            timeout_seconds=math.ceil(min(_WATCH_SECONDS, left)),
            label_selector=self.selector,
        )
        idle = min(_IDLE_SECONDS, left)
        with self.cluster.client.open_stream(requests.only(request, self.name), idle_timeout=idle) as stream:
            for event in json_lines(_until_broken(stream.chunks())):
                yield from self._event(event)
                self.deadline.remaining()

    def _event(self, event: dict[str, Any]) -> Iterator[Change]:
        kind, body = event["type"], event["object"]
        if kind == "ERROR":
            raise error_from_status(body, int(body.get("code") or 500))
        if kind == "DELETED":
            self._known.pop(body["metadata"]["uid"], None)
            yield Change("DELETED", body)
        elif kind in ("ADDED", "MODIFIED"):
            yield from self._seen(body)


def json_lines(chunks: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON documents of a stream that ends each with a line feed; a last one that is cut is left out."""
    rest_of_line = b""
    for chunk in chunks:
        *lines, rest_of_line = (rest_of_line + chunk).split(b"\n")
        for line in lines:
            if line.strip():
                yield orjson.loads(line)


def _until_broken(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A watch that breaks or falls silent ends like one that the server ended: the next list tells what is true."""
    try:
        yield from chunks
    except Unavailable:
        return
