"""Exit codes of the trainer and the reasons they stand for: one table for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Retry = Literal["never", "counted", "free"]


class ExitCode(IntEnum):
    """How a trainer ends. What is not listed (1, 134, 137, 139 ...) was not chosen by the trainer."""

    DONE = 0
    INVALID_SPEC = 64
    DATASET_INVALID = 65
    WEIGHTS_UNAVAILABLE = 66
    STORAGE_UNAVAILABLE = 69
    CRASH = 70
    OUT_OF_GPU_MEMORY = 71
    GPU_NOT_VISIBLE = 72
    EXPORT_FAILED = 73
    NON_FINITE_LOSS = 74
    PREEMPTED = 75
    PEER_LOST = 76
    STORAGE_DENIED = 77
    STALLED = 78


@dataclass(frozen=True, slots=True)
class Ending:
    """What an exit code means: the reason in status, and whether the Job controller tries again ("free": without
    counting)."""

    code: ExitCode
    reason: str
    retry: Retry
    meaning: str


ENDINGS: tuple[Ending, ...] = (
    Ending(ExitCode.DONE, "Succeeded", "never", "the model is published"),
    Ending(ExitCode.INVALID_SPEC, "InvalidSpec", "never", "the run file asks for something impossible"),
    Ending(ExitCode.DATASET_INVALID, "DatasetInvalid", "never", "the dataset cannot be trained on"),
    Ending(
        ExitCode.WEIGHTS_UNAVAILABLE, "WeightsUnavailable", "never", "the weights were not found or have another sha256"
    ),
    Ending(
        ExitCode.STORAGE_UNAVAILABLE, "StorageUnavailable", "counted", "the storage did not answer for five minutes"
    ),
    Ending(ExitCode.CRASH, "Crash", "counted", "the trainer failed in a way it has no name for"),
    Ending(ExitCode.OUT_OF_GPU_MEMORY, "OutOfGPUMemory", "never", "the model and batch do not fit the GPU"),
    Ending(ExitCode.GPU_NOT_VISIBLE, "GPUNotVisible", "counted", "a GPU was asked for and TensorFlow sees none"),
    Ending(ExitCode.EXPORT_FAILED, "ExportFailed", "never", "a format cannot be made, or answers otherwise than Keras"),
    Ending(ExitCode.NON_FINITE_LOSS, "NonFiniteLoss", "never", "the loss became NaN or infinite"),
    Ending(ExitCode.PREEMPTED, "Preempted", "free", "told to end; a checkpoint was written where checkpoints are on"),
    Ending(ExitCode.PEER_LOST, "PeerLost", "free", "another worker of the job is gone"),
    Ending(ExitCode.STORAGE_DENIED, "StorageDenied", "never", "the storage refused the credentials"),
    Ending(ExitCode.STALLED, "Stalled", "counted", "nothing moved and the watchdog ended the run"),
)

ENDING_BY_CODE: dict[int, Ending] = {int(ending.code): ending for ending in ENDINGS}


def codes_with_retry(retry: Retry) -> tuple[int, ...]:
    """The exit codes other than 0 that are retried in this way, ascending."""
    return tuple(
        sorted(int(ending.code) for ending in ENDINGS if ending.retry == retry and ending.code != ExitCode.DONE)
    )
