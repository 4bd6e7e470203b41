"""The ways a run ends that have a name: each failure carries its exit code and one sentence for the user."""

from __future__ import annotations

from typing import ClassVar

from .contract.exit_codes import ENDING_BY_CODE, ExitCode


class RunFailure(Exception):
    """A run that ends for a reason that has a name. The message is one sentence, without secrets."""

    code: ClassVar[ExitCode] = ExitCode.CRASH

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def reason(self) -> str:
        """CamelCase reason of the table of exit codes."""
        return ENDING_BY_CODE[self.code].reason


class InvalidSpec(RunFailure):
    """The run file asks for something impossible."""

    code = ExitCode.INVALID_SPEC


class DatasetInvalid(RunFailure):
    """The dataset cannot be trained on."""

    code = ExitCode.DATASET_INVALID


class WeightsUnavailable(RunFailure):
    """The weights were not found, do not fit or have another sha256."""

    code = ExitCode.WEIGHTS_UNAVAILABLE


class StorageUnavailable(RunFailure):
    """The storage did not answer for as long as we are patient, or is full."""

    code = ExitCode.STORAGE_UNAVAILABLE


class Crash(RunFailure):
    """The trainer failed in a way it has no name for."""

    code = ExitCode.CRASH


class OutOfGPUMemory(RunFailure):
    """The model and batch do not fit the GPU."""

    code = ExitCode.OUT_OF_GPU_MEMORY


class GPUNotVisible(RunFailure):
    """A GPU was asked for and TensorFlow sees none."""

    code = ExitCode.GPU_NOT_VISIBLE


class ExportFailed(RunFailure):
    """A format that was asked for cannot be made from the model, or answers otherwise than Keras."""

    code = ExitCode.EXPORT_FAILED


class NonFiniteLoss(RunFailure):
    """The loss became NaN or infinite."""

    code = ExitCode.NON_FINITE_LOSS


class Preempted(RunFailure):
    """Told to end before the training was done."""

    code = ExitCode.PREEMPTED


class PeerLost(RunFailure):
    """Another worker of the job is gone."""

    code = ExitCode.PEER_LOST


class StorageDenied(RunFailure):
    """The storage refused the credentials, or lets us not write."""

    code = ExitCode.STORAGE_DENIED


class Stalled(RunFailure):
    """Nothing moved and the watchdog ended the run."""

    code = ExitCode.STALLED
