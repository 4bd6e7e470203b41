"""What jobs tell the metrics: what finished ones took, and where those that are not over stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..api.status import FINISHED_PHASES, TransferJobStatus
from ..kube.document import JobDocument
from ..observability import catalogue
from ..observability.catalogue import Metric
from ..observability.metrics import Metrics, Samples

_FIELDS: Mapping[Metric, tuple[str, ...]] = {
    catalogue.EACH_EPOCH: ("progress", "epoch"),
    catalogue.EACH_LOSS: ("progress", "loss"),
    catalogue.EACH_GPU_SECONDS: ("gpuSeconds",),
}


def count_finished(metrics: Metrics, reason: str, status: TransferJobStatus) -> None:
    """Counts a job whose outcome has just been written."""
    metrics.job_finished(reason)
    ended, began = status.completion_time, status.first_start_time
    ran = (ended - began).total_seconds() if ended and began else None
    metrics.job_took(status.phase or "Failed", queued=status.queued_seconds, ran=ran, gpu_seconds=status.gpu_seconds)


def observe_each(metrics: Metrics, documents: Callable[[], Iterable[JobDocument]]) -> None:
    """Shows the jobs that are not over, by name, as they are when Prometheus asks."""
    for metric, path in _FIELDS.items():
        metrics.observe_at_scrape(metric, _samples(documents, path))


def _samples(documents: Callable[[], Iterable[JobDocument]], path: tuple[str, ...]) -> Samples:
    return lambda: dict(_values(documents(), path))


def _values(documents: Iterable[JobDocument], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    for document in documents:
        if not document.phase or document.phase in FINISHED_PHASES:
            continue
        value: Any = document.raw.get("status")
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, int | float):
            yield (document.namespace, document.name), float(value)
