"""From a change of any object to the TransferJobs that have to be looked at."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..core.nodes import NodeRecord
from ..core.records import JobRecord, PodRecord
from ..kube.document import JobDocument
from ..kube.store import Change, Key, Store, key_of


class Dependents:
    """Which TransferJobs take their weights from which. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[Key, set[Key]] = defaultdict(set)
        self._phases: dict[Key, str | None] = {}

    def update(self, change: Change[JobDocument]) -> None:
        """Takes in a new, changed or deleted job."""
        with self._lock:
            if change.old is not None and change.old.weights_from:
                self._drop(_referred(change.old), key_of(change.old))
            if change.new is not None and change.new.weights_from:
                self._waiting[_referred(change.new)].add(key_of(change.new))

    def woken_by(self, change: Change[JobDocument]) -> tuple[Key, ...]:
        """The jobs that take their weights from one whose phase is another than when this was asked last.

        The store cannot tell: it has learned our own write, so that the watch's word of it changes nothing there.
        """
        record = change.new or change.old
        assert record is not None
        key, phase = key_of(record), _phase(change.new)
        with self._lock:
            if key in self._phases and self._phases[key] == phase:
                return ()
            if change.new is None:
                self._phases.pop(key, None)
            else:
                self._phases[key] = phase
            return tuple(self._waiting.get(key, ()))

    def _drop(self, referred: Key, key: Key) -> None:
        self._waiting[referred].discard(key)
        if not self._waiting[referred]:
            del self._waiting[referred]


class Mapping:
    """Knows which TransferJob a change concerns, and which changes concern none."""

    def __init__(self, jobs: Store[JobRecord], pods: Store[PodRecord]) -> None:
        self._jobs, self._pods = jobs, pods
        self._dependents = Dependents()

    def of_document(self, change: Change[JobDocument]) -> Iterator[Key]:
        """The job itself, unless this version is known by our own write, and those that wait for its outcome."""
        record = change.new or change.old
        if record is None:
            return
        self._dependents.update(change)
        if not _is_echo(change):
            yield key_of(record)
        yield from self._dependents.woken_by(change)

    def of_job(self, change: Change[JobRecord]) -> Iterator[Key]:
        """The TransferJob that owns the Job, before and after the change."""
        if not _is_echo(change):
            yield from {key for record in (change.old, change.new) if (key := _owner(record))}

    def of_pod(self, change: Change[PodRecord]) -> Iterator[Key]:
        """The TransferJob that owns the pod's Job. A pod that is seen before its Job waits for the Job's own event."""
        pod = change.new or change.old
        if pod is None or not pod.job_name or _same_but_for_version(change):
            return
        key = self._owner_of(pod)
        if key:
            yield key

    def of_node(self, change: Change[NodeRecord]) -> Iterator[Key]:
        """The TransferJobs with a pod on a node that fell silent or is heard of again."""
        node = change.new or change.old
        if node is None or _silence(change.old) == _silence(change.new):
            return
        pods = [pod for pod in self._pods.all() if pod.node == node.name and not pod.finished]
        yield from {key for pod in pods if (key := self._owner_of(pod))}

    def _owner_of(self, pod: PodRecord) -> Key | None:
        job = self._jobs.get(Key(pod.namespace, pod.job_name or ""))
        return _owner(job) if job and job.uid == pod.job_uid else None


def _referred(document: JobDocument) -> Key:
    return Key(document.namespace, document.weights_from or "")


def _silence(node: NodeRecord | None) -> datetime | None:
    return node.unreachable_since if node else None


def _phase(document: JobDocument | None) -> str | None:
    return document.phase if document else None


def _owner(job: JobRecord | None) -> Key | None:
    return Key(job.namespace, job.owner_name) if job and job.transferjob and job.owner_name else None


def _is_echo(change: Change[JobDocument] | Change[JobRecord]) -> bool:
    old, new = change.old, change.new
    return old is not None and new is not None and old.resource_version == new.resource_version


def _same_but_for_version(change: Change[PodRecord]) -> bool:
    old, new = change.old, change.new
    return old is not None and new is not None and replace(old, resource_version=new.resource_version) == new
