"""From the trainer's progress document to status, rounded to what a reader can use."""

from __future__ import annotations

from datetime import datetime

from transferjob_trainer.contract import Progress

from ..api.status import ProgressStatus, TransferJobStatus
from .observed import Observed
from .times import seconds_held

_DIGITS = {
    "percent": 1,
    "loss": 4,
    "accuracy": 4,
    "val_loss": 4,
    "val_accuracy": 4,
    "images_per_second": 1,
    "remaining_seconds": 0,
}


def progress_status(document: Progress) -> ProgressStatus:
    """The document as it stands in status."""
    exact = ProgressStatus.of(document)
    values = {name: getattr(exact, name) for name in _DIGITS}
    return exact.model_copy(
        update={name: round(value, _DIGITS[name]) for name, value in values.items() if value is not None}
    )


def with_progress(status: TransferJobStatus, document: Progress | None) -> TransferJobStatus:
    """Status with the document in it; a document of another pod than the counted one is not believed."""
    if document is None or document.pod_uid != status.pod_uid:
        return status
    return status.model_copy(
        update={
            "progress": progress_status(document),
            "model": document.model or status.model,
            "dataset": document.dataset or status.dataset,
            "advice": document.advice or status.advice,
        }
    )


def held_for(observed: Observed, interval: float, now: datetime) -> float:
    """Seconds for which progress alone is not written again; 0 where it may be."""
    return seconds_held(interval, observed.progress_written, now)
