"""Everything that one decision rests on, read from the stores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ..api.status import TransferJobStatus
from ..api.transfer_job import InvalidTransferJob, TransferJob, parse_transfer_job
from ..core.naming import child_name
from ..core.observed import Observed, WeightsSource, active_pod
from ..core.records import Note, PodRecord
from ..core.service import service_name
from ..core.workers import CHIEF, by_worker
from ..kube.document import JobDocument
from ..kube.store import Key
from ..kube.writer import Writer
from .progress_puller import ProgressPuller
from .stores import Stores

NAME_CONFLICT = "NameConflict"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """One TransferJob and the world around it at one moment."""

    document: JobDocument
    raw: Mapping[str, Any]
    status: TransferJobStatus
    job: TransferJob | None
    """None when the object cannot be parsed; `problems` then says why."""
    problems: tuple[str, ...]
    observed: Observed

    @property
    def stored_status(self) -> Mapping[str, Any]:
        """The status as it is stored."""
        return _mapping(self.raw.get("status"))

    @property
    def generation(self) -> int:
        """metadata.generation."""
        return int(self.raw["metadata"].get("generation") or 0)


class Gatherer:
    """Puts views together. The API server is asked only where a stranger's Job was in the way before."""

    def __init__(
        self,
        stores: Stores,
        writer: Writer,
        puller: ProgressPuller,
        progress_written: Callable[[str], datetime | None],
        notes: Callable[[Key, Observed], tuple[Note, ...]],
        log_tail: Callable[[Key, Observed], tuple[str | None, bool]],
    ) -> None:
        self._stores, self._writer, self._puller = stores, writer, puller
        self._progress_written, self._notes, self._log_tail = progress_written, notes, log_tail

    def view(self, key: Key) -> View | None:
        """The view of a job; None when there is no such job.

        Raises:
            ApiError: whose Job is in the way could not be read.
        """
        document = self._stores.documents.get(key)
        if document is None:
            return None
        raw = document.raw
        status = parse_status(raw.get("status"))
        job, problems = _parse(raw)
        observed = self._observe(document, status, job.spec.workers if job else 1)
        if not status.finished:
            apart = by_worker(observed)
            log_tail, awaited = self._log_tail(key, apart)
            notes = self._notes(key, apart)
            observed = replace(observed, notes=notes, log_tail=log_tail, log_awaited=awaited)
        return View(document, raw, status, job, problems, observed)

    def _observe(self, document: JobDocument, status: TransferJobStatus, workers: int) -> Observed:
        job = self._stores.jobs.get(Key(document.namespace, child_name(document.name)))
        pods = self._stores.pods.owned_by(job.uid) if job else ()
        pod = active_pod(tuple(pod for pod in pods if workers == 1 or pod.index == CHIEF))
        conflict = job is None and _in_conflict(status)
        return Observed(
            job=job,
            pods=pods,
            workers=workers,
            progress=self._puller.latest(pod.uid) if pod else None,
            still_seconds=self._puller.still_seconds(pod.uid) if pod else 0.0,
            silent_seconds=self._puller.silent_seconds(pod.uid) if pod else 0.0,
            unreachable=self._unreachable(pods),
            progress_written=self._progress_written(document.uid),
            weights_source=self._weights_source(document),
            foreign_job=conflict and self._is_foreign(document),
            foreign_service=conflict and workers > 1 and self._service_is_foreign(document),
        )

    def _unreachable(self, pods: tuple[PodRecord, ...]) -> Mapping[str, datetime]:
        names = {pod.node for pod in pods if pod.node and not pod.finished}
        nodes = (self._stores.nodes.get(Key("", name)) for name in names)
        return {node.name: node.unreachable_since for node in nodes if node and node.unreachable_since}

    def _weights_source(self, document: JobDocument) -> WeightsSource | None:
        if document.weights_from is None:
            return None
        source = self._stores.documents.get(Key(document.namespace, document.weights_from))
        if source is None:
            return WeightsSource(exists=False)
        stored = source.raw.get("status")
        return WeightsSource(exists=True, status=parse_status(stored) if stored else None)

    def _is_foreign(self, document: JobDocument) -> bool:
        return self._writer.job_is_foreign(document.namespace, child_name(document.name), document.uid)

    def _service_is_foreign(self, document: JobDocument) -> bool:
        return self._writer.service_is_foreign(document.namespace, service_name(document.name), document.uid)


def parse_status(stored: Any) -> TransferJobStatus:
    """The stored status; an empty one where there is none or it cannot be read."""
    try:
        return TransferJobStatus.model_validate(_mapping(stored))
    except ValidationError as error:
        log.warning("the stored status cannot be read and is made anew: %d faults", error.error_count())
        return TransferJobStatus()


def _parse(raw: Mapping[str, Any]) -> tuple[TransferJob | None, tuple[str, ...]]:
    """The job without its status, which is read apart: a damaged status must not make the job unreadable."""
    try:
        return parse_transfer_job({name: value for name, value in raw.items() if name != "status"}), ()
    except InvalidTransferJob as error:
        return None, tuple(map(str, error.problems))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _in_conflict(status: TransferJobStatus) -> bool:
    return any(condition.reason == NAME_CONFLICT for condition in status.conditions)
