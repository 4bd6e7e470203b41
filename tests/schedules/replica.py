"""The operator in the model: its real passes, stores and mapping, with watches that wait for the schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from tests.schedules.server import PLURALS, Event, Object, Plural, Server
from tests.schedules.wire import Wire
from tests.support.builders import NAMESPACE
from transferjob_operator.core.naming import MANAGED_BY_LABEL, MANAGER
from transferjob_operator.core.nodes import project_node
from transferjob_operator.core.projection import project_job, project_pod
from transferjob_operator.core.settings import CoreSettings
from transferjob_operator.kube.client import KubeClient
from transferjob_operator.kube.document import project_document
from transferjob_operator.kube.errors import ApiError
from transferjob_operator.kube.events import EventSender, Reporter
from transferjob_operator.kube.store import Change, Key, Store
from transferjob_operator.kube.writer import Writer
from transferjob_operator.runtime.gather import Gatherer
from transferjob_operator.runtime.mapping import Mapping
from transferjob_operator.runtime.progress_puller import ProgressPuller
from transferjob_operator.runtime.recent_times import RecentTimes
from transferjob_operator.runtime.reconcile import Reconciler, Seams
from transferjob_operator.runtime.stores import Stores
from transferjob_trainer.contract import Progress

RETRY_SECONDS = 1.0
PULL_SECONDS = 1800.0
"""Long, because documents come by the schedule: a pull brings nothing but a pass."""
SETTINGS = CoreSettings(trainer_image="trainer:1")
_FOLLOWED = {"transferjobs": False, "jobs": True, "pods": True, "nodes": False}


class Documents(ProgressPuller):
    """What the pods' endpoints tell; no request is sent."""

    def __init__(self) -> None:
        super().__init__(interval=PULL_SECONDS)
        self.told: dict[str, Progress] = {}
        self.still: dict[str, float] = {}

    def latest(self, pod_uid: str) -> Progress | None:
        return self.told.get(pod_uid)

    def still_seconds(self, pod_uid: str) -> float:
        return self.still.get(pod_uid, 0.0)

    def request(self, ip: str, pod_uid: str, on_progress: Callable[[], None]) -> float:
        return self.interval


@dataclass(frozen=True)
class _Followed:
    """One kind of object: its store, its projection, and whom a change concerns."""

    store: Store[Any]
    project: Callable[[Object], Any]
    concerns: Callable[[Change[Any]], Any]


class Replica:
    """One process of the operator. What it knows beyond the server's objects is lost with it."""

    def __init__(self, server: Server, wire: Wire, skew: Callable[[], float], lag: int = 0) -> None:
        """Starts: lists everything.

        Args:
            server: what is true.
            wire: the way to it.
            skew: seconds by which this machine's clock is off.
            lag: events of each kind that the first lists do not know of yet.
        """
        self._server, self._skew = server, skew
        self.stores, self.documents = Stores(), Documents()
        self.due: dict[Key, datetime] = {}
        self.seen: dict[Plural, int] = {}
        self.passes = 0
        written = RecentTimes()
        client = cast(KubeClient, wire)  # it sends, which is all that the writer asks of it
        self._writer = Writer(client, self.stores.documents, self.stores.jobs, self.stores.pods)
        events = EventSender(client, Reporter("model", "model"), limit=1)
        enqueue = partial(self._enqueue, seconds=0.0)
        seams = Seams(self._writer, events, self.documents, lambda _uid: 10.0, enqueue, clock=self.clock)
        gatherer = Gatherer(
            self.stores,
            self._writer,
            self.documents,
            written.at,
            lambda _key, _seen: (),
            lambda _key, _seen: (None, False),
        )
        self._reconciler = Reconciler(gatherer, seams, SETTINGS, written)
        mapping = Mapping(self.stores.jobs, self.stores.pods)
        self._followed: dict[Plural, _Followed] = {
            "transferjobs": _Followed(self.stores.documents, project_document, mapping.of_document),
            "jobs": _Followed(self.stores.jobs, project_job, mapping.of_job),
            "pods": _Followed(self.stores.pods, project_pod, mapping.of_pod),
            "nodes": _Followed(self.stores.nodes, project_node, mapping.of_node),
        }
        for plural in PLURALS:
            self._list(plural, lag)

    def clock(self) -> datetime:
        """The time on this machine."""
        return self._server.now + timedelta(seconds=self._skew())

    def hear(self, plural: Plural, most: int = 1_000_000) -> None:
        """The watch of one kind brings its next events."""
        start = self.seen[plural]
        for event in self._server.log[plural][start : start + most]:
            self._take(plural, event)
        self.seen[plural] = min(start + most, len(self._server.log[plural]))

    def hear_all(self) -> bool:
        """Every watch has caught up. Returns whether there was news."""
        before = dict(self.seen)
        for plural in PLURALS:
            self.hear(plural)
        return self.seen != before

    def relist(self) -> None:
        """The watches broke, and everything is listed anew."""
        for plural in PLURALS:
            self._list(plural, 0)

    def work(self, most: int = 3) -> None:
        """Makes the passes that are due. Raises Killed where the process ends in one."""
        for _ in range(most):
            ready = [key for key, time in self.due.items() if time <= self._server.now]
            if not ready:
                return
            self._pass(ready[0])

    def wake(self, key: Key) -> None:
        """A document of this job's pod has come."""
        self._enqueue(key, 0.0)

    def next_due(self) -> datetime | None:
        """When the next pass is due without any news."""
        return min(self.due.values(), default=None)

    def _pass(self, key: Key) -> None:
        del self.due[key]
        self.passes += 1
        try:
            wait = self._reconciler.reconcile(key).requeue_after
        except ApiError:
            wait = RETRY_SECONDS
        if wait is not None:
            self._enqueue(key, wait)

    def _enqueue(self, key: Key, seconds: float) -> None:
        time = self._server.now + timedelta(seconds=seconds)
        self.due[key] = min(time, self.due.get(key, time))

    def _take(self, plural: Plural, event: Event) -> None:
        followed, record = self._followed[plural], self._followed[plural].project(event.object)
        if event.deleted or not _is_followed(plural, event.object):
            change = followed.store.remove(record)
        else:
            change = followed.store.put(record)
        self._concern(followed, change)

    def _list(self, plural: Plural, lag: int) -> None:
        log, followed = self._server.log[plural], self._followed[plural]
        known = max(len(log) - lag, 0)
        listed: dict[str, Object] = {}
        for event in log[:known]:
            name = event.object["metadata"]["name"]
            if event.deleted:
                listed.pop(name, None)
            else:
                listed[name] = event.object
        version = log[known - 1].object["metadata"]["resourceVersion"] if known else "0"
        records = [followed.project(item) for item in listed.values() if _is_followed(plural, item)]
        for change in followed.store.replace(None if plural == "nodes" else NAMESPACE, records, version):
            self._concern(followed, change)
        self.seen[plural] = max(known, self.seen.get(plural, 0))

    def _concern(self, followed: _Followed, change: Change[Any]) -> None:
        if change.old is not change.new or change.old is None:
            for key in followed.concerns(change):
                self._enqueue(key, 0.0)


def _is_followed(plural: Plural, item: Object) -> bool:
    labels = item["metadata"].get("labels") or {}
    return not _FOLLOWED[plural] or labels.get(MANAGED_BY_LABEL) == MANAGER
