"""Texts for the columns of kubectl get."""

from __future__ import annotations

from transferjob_trainer.contract import FreezeSpec, TrainingPart

from ..api.status import DisplayStatus, TransferJobStatus
from .times import seconds_between


def with_display(status: TransferJobStatus, part: TrainingPart) -> TransferJobStatus:
    """Status with the texts that follow from the rest of it."""
    display = DisplayStatus(
        freeze=_freeze(status, part), epoch=_epoch(status), accuracy=_accuracy(status), time=_time(status)
    )
    return status.model_copy(update={"display": display})


def _freeze(status: TransferJobStatus, part: TrainingPart) -> str:
    if status.model is not None:
        frozen, depth = status.model.frozen_layers, status.model.depth
        return f"{frozen}/{depth}" if part.freeze.auto is None else f"auto ({frozen})/{depth}"
    if part.freeze.layers is not None:
        return f"{part.freeze.layers}/{part.backbone.depth}"
    return _form(part.freeze)


def _form(freeze: FreezeSpec) -> str:
    value = getattr(freeze, freeze.form)
    name = "upTo" if freeze.form == "up_to" else freeze.form
    return name if freeze.form in ("all", "none", "auto") else f"{name} {value}"


def _epoch(status: TransferJobStatus) -> str | None:
    progress = status.progress
    if progress is None or progress.epoch is None:
        return None
    return f"{progress.epoch}/{progress.epochs}" if progress.epochs is not None else str(progress.epoch)


def _accuracy(status: TransferJobStatus) -> str | None:
    final = (status.result.metrics or {}).get("accuracy") if status.result else None
    measured = status.progress.val_accuracy if status.progress else None
    share = measured if final is None else final
    return None if share is None else f"{100 * share:.1f}%"


def _time(status: TransferJobStatus) -> str | None:
    if status.completion_time is not None:
        start = status.first_start_time or status.start_time
        return None if start is None else duration(seconds_between(start, status.completion_time))
    if status.phase != "Running" or status.progress is None or status.progress.remaining_seconds is None:
        return None
    return f"ETA {duration(status.progress.remaining_seconds)}"


def duration(seconds: float) -> str:
    """Seconds as kubectl writes them, two units at most: 40s, 3m20s, 2h5m, 4d3h."""
    whole = round(seconds)
    for unit, size, next_unit, next_size in (("d", 86400, "h", 3600), ("h", 3600, "m", 60), ("m", 60, "s", 1)):
        if whole >= size:
            count, rest = divmod(whole, size)
            return f"{count}{unit}{rest // next_size}{next_unit}" if rest // next_size else f"{count}{unit}"
    return f"{whole}s"
