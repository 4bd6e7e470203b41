"""The newest checkpoint that the trainer has told of, and what it means for the budgets."""

from __future__ import annotations

from transferjob_trainer.contract import CheckpointReport, decode_termination

from ..api.status import BudgetStatus, CheckpointStatus, TransferJobStatus
from .policies.retries import renewed
from .records import PodRecord
from .times import from_unix


def with_checkpoint(status: TransferJobStatus, told: CheckpointReport | None) -> TransferJobStatus:
    """Status with this checkpoint, where it is further on than the one that is known."""
    time = from_unix(told.time) if told else None
    if told is None or time is None or not _is_newer(told, status.checkpoint):
        return status
    known = CheckpointStatus(uri=told.uri, epoch=told.epoch, step=told.step, time=time)
    return status.model_copy(update={"checkpoint": known, "budget": renewed(status.budget or BudgetStatus())})


def with_last_words(status: TransferJobStatus, pod: PodRecord) -> TransferJobStatus:
    """Status with the checkpoint that the trainer named when it ended: a restart that lost nothing is no circle."""
    spoken = decode_termination(pod.terminated.message) if pod.terminated else None
    return with_checkpoint(status, spoken.checkpoint if spoken else None)


def _is_newer(told: CheckpointReport, known: CheckpointStatus | None) -> bool:
    return known is None or (told.epoch, told.step) > (known.epoch, known.step)
