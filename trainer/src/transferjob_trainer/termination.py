"""How the run ended, for the kubelet to carry to the operator."""

from __future__ import annotations

from pathlib import Path

from .contract.exit_codes import ENDING_BY_CODE, ExitCode
from .contract.report import CheckpointReport
from .contract.result import Result
from .contract.termination import PublishedResult, Termination


def success(result: Result) -> Termination:
    """The message of a run whose result is published."""
    accuracy = result.metrics.get("accuracy", 0.0)
    return Termination(
        reason=ENDING_BY_CODE[ExitCode.DONE].reason,
        message=f"Model published, accuracy {accuracy:.4f} on the {result.evaluated_on} split.",
        result=PublishedResult(
            model_uri=result.model_uri,
            digest=result.digest,
            best_epoch=result.best_epoch,
            last_epoch=result.last_epoch,
        ),
        metrics=result.metrics,
        artifacts=result.artifacts,
        model=result.model,
        dataset=result.dataset,
        advice=result.advice and result.advice.short(),
    )


def failure(code: ExitCode, message: str, log_tail: str, checkpoint: CheckpointReport | None = None) -> Termination:
    """The message of a run that failed, with the checkpoint that the next attempt would go on from."""
    reason = ENDING_BY_CODE[code].reason
    return Termination(reason=reason, message=message, log_tail=log_tail or None, checkpoint=checkpoint)


def write_termination(path: Path | None, message: Termination) -> None:
    """Writes the message where the kubelet reads it; without a place nothing is lost but the message."""
    if path is not None:
        path.write_bytes(message.encode())
