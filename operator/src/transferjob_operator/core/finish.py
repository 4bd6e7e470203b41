"""The end of a job: its outcome in status, before anything of it is deleted."""

from __future__ import annotations

from datetime import datetime

from transferjob_trainer.contract import Artifact, Termination

from ..api.status import ArtifactStatus, FailureStatus, ResultStatus, TransferJobStatus
from .outcome import Outcome
from .progress import progress_status
from .settings import CoreSettings


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
        update["progress"] = _finished_progress(status, told)
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


def _finished_progress(status: TransferJobStatus, told: Termination | None) -> object:
    """The trainer's own last figures; what was read while it ran may be some epochs old."""
    last = progress_status(told.progress) if told and told.progress else status.progress
    return last and last.model_copy(update={"stage": "Done", "percent": 100.0, "remaining_seconds": None})
