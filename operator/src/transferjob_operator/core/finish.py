"""The end of a job: its outcome in status, before anything of it is deleted."""

from __future__ import annotations

from datetime import datetime

from transferjob_trainer.contract import Artifact, Termination

from ..api.status import ArtifactStatus, FailureStatus, ProgressStatus, ResultStatus, TransferJobStatus
from .outcome import Outcome
from .settings import CoreSettings

_FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")
"""Of one epoch."""


def with_outcome(
    status: TransferJobStatus, outcome: Outcome, settings: CoreSettings, ended: datetime
) -> TransferJobStatus:
    """Status with phase, completion time and what the trainer told. Conditions are set by the caller."""
    told = outcome.termination
    update: dict[str, object] = {
        "phase": "Succeeded" if outcome.succeeded else "Failed",
        "start_time": status.start_time or ended,
        "completion_time": ended,
        "model": (told and told.model) or status.model,
        "dataset": (told and told.dataset) or status.dataset,
        # What progress told has the table, which the last words have no room for.
        "advice": status.advice or (told and told.advice),
    }
    if outcome.succeeded:
        update["result"] = _result(told)
        update["progress"] = _finished_progress(status, told, ended)
    else:
        update["failure"] = FailureStatus(
            reason=outcome.reason,
            message=outcome.message,
            exit_code=outcome.exit_code,
            log_tail=outcome.log_tail if settings.keep_log_tail else None,
        )
    return status.model_copy(update=update)


def _result(told: Termination | None) -> ResultStatus | None:
    if told is None or told.result is None:
        return None
    published = told.result
    artifacts = tuple(_artifact(published.model_uri, artifact) for artifact in told.artifacts or ())
    return ResultStatus(
        model_uri=published.model_uri,
        digest=published.digest,
        best_epoch=published.best_epoch,
        metrics=told.metrics,
        artifacts=artifacts,
        report_uri=next((artifact.uri for artifact in artifacts if artifact.format == "Report"), None),
    )


def _artifact(model_uri: str, artifact: Artifact) -> ArtifactStatus:
    return ArtifactStatus(
        format=artifact.format,
        uri=f"{model_uri.rstrip('/')}/{artifact.path}",
        sha256=artifact.sha256,
        bytes=artifact.bytes,
    )


def _finished_progress(status: TransferJobStatus, told: Termination | None, ended: datetime) -> ProgressStatus | None:
    """Where training ended; figures of an earlier epoch, read while the trainer ran, go."""
    read, last = status.progress, told.result.last_epoch if told and told.result else None
    if read is None:
        return None if last is None else ProgressStatus(stage="Done", epoch=last, percent=100.0, updated_time=ended)
    update: dict[str, object] = {"stage": "Done", "percent": 100.0, "remaining_seconds": None}
    if last is not None and last != read.epoch:
        update |= dict.fromkeys(_FIGURES) | {"epoch": last, "step": read.steps}
    return read.model_copy(update=update)
