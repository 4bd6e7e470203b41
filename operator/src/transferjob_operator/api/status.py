"""The status of a TransferJob: where it stands, what came out, and what must survive a restart of the operator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from transferjob_trainer.contract import DatasetReport, ModelReport, Progress
from transferjob_trainer.contract.advice import AdviceReport
from transferjob_trainer.contract.base import DnsLabel, Sha256, TolerantDocument
from transferjob_trainer.contract.progress import Stage
from transferjob_trainer.contract.result import ArtifactFormat

from .conditions import Condition
from .times import Time

Phase = Literal["Pending", "Starting", "Running", "Suspended", "Restarting", "Succeeded", "Failed"]
FINISHED_PHASES: frozenset[Phase] = frozenset({"Succeeded", "Failed"})

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class BudgetStatus(TolerantDocument):
    """What was used up of the job's budgets; written before it is acted on."""

    failures: Count = 0
    """Attempts that ended by a fault and cost a retry; a Job that is made again gets what is left."""
    memory_kills: Count = 0
    """Attempts that were killed at their memory limit and brought no newer checkpoint."""
    free_restarts: Count = 0
    """Attempts in a row that ended without costing a retry and brought no newer checkpoint."""
    stall_restarts: Count = 0
    """Pods that were deleted because their training stood still."""
    stalled_pod_uid: str | None = Field(default=None, alias="stalledPodUID")
    """UID of the last of them."""
    active_seconds: Seconds = 0.0
    """Seconds that the job was not suspended, up to activeSince."""
    active_since: Time | None = None
    """Start of the running stretch that activeSeconds does not hold yet."""
    held_since: Time | None = None
    """Since when the present attempt holds its node; gpuSeconds does not hold that yet."""
    waiting_since: Time | None = None
    """Since when the job waits without holding a node."""


class ProgressStatus(TolerantDocument):
    """Where the training stands. Numbers that are not known yet are absent."""

    stage: Stage
    """What the trainer is doing."""
    phase: str | None = None
    """Training phase."""
    epoch: int | None = None
    """Epoch that is being trained, from 1."""
    epochs: int | None = None
    """Epochs in all."""
    step: int | None = None
    """Step in the epoch, from 1."""
    steps: int | None = None
    """Steps an epoch."""
    percent: float | None = None
    """Share of the training that is done, 0 to 100."""
    remaining_seconds: float | None = None
    """Estimate of the seconds to the end of training."""
    loss: float | None = None
    """Training loss of the running epoch."""
    accuracy: float | None = None
    """Training accuracy of the running epoch, 0 to 1."""
    val_loss: float | None = None
    """Validation loss after the last whole epoch."""
    val_accuracy: float | None = None
    """Validation accuracy after the last whole epoch, 0 to 1."""
    images_per_second: float | None = None
    """Training pictures a second."""
    updated_time: Time
    """When the trainer last changed this."""

    @classmethod
    def of(cls, progress: Progress) -> ProgressStatus:
        """The part of a progress document that goes to status."""
        values = {name: getattr(progress, name) for name in cls.model_fields if name != "updated_time"}
        return cls(**values, updated_time=datetime.fromtimestamp(progress.updated_time, UTC))


class CheckpointStatus(TolerantDocument):
    """The newest whole checkpoint."""

    uri: str
    """Where it lies."""
    epoch: int
    """Epoch that it was written in."""
    step: int
    """Step that it was written after."""
    time: Time
    """When it was written."""


class ArtifactStatus(TolerantDocument):
    """One file or folder of the result."""

    format: ArtifactFormat
    """What it is."""
    uri: str
    """Where it lies."""
    sha256: Sha256
    """Digest of the file; of a folder: digest over the sorted lines `sha256  path` of its files."""
    bytes: Count
    """Size in bytes, of a folder all files together."""


class ResultStatus(TolerantDocument):
    """What the job has made."""

    model_uri: str = Field(alias="modelURI")
    """Folder of the artifacts."""
    digest: Sha256 | None = None
    """Digest over the artifacts; the folder's name."""
    metrics: dict[str, float] | None = None
    """Final figures, such as accuracy and loss."""
    best_epoch: int | None = None
    """Epoch whose weights were kept."""
    artifacts: tuple[ArtifactStatus, ...] | None = None
    """The files."""
    report_uri: str | None = Field(default=None, alias="reportURI")
    """The report for people."""


class FailureStatus(TolerantDocument):
    """Why the job failed."""

    reason: str
    """CamelCase reason, such as DatasetInvalid."""
    message: str
    """One sentence."""
    exit_code: int | None = None
    """Exit code of the trainer."""
    log_tail: str | None = None
    """Last lines of the trainer's log, secrets masked."""


class RestartStatus(TolerantDocument):
    """How an attempt ended that the job went on after; its pod may be gone."""

    pod_uid: str = Field(alias="podUID")
    """UID of its pod: the attempt."""
    reason: str
    """CamelCase reason, such as Stalled."""
    message: str
    """One sentence."""
    exit_code: int | None = None
    """Exit code of the trainer, where it ended by itself."""
    log_tail: str | None = None
    """Last lines of the trainer's log, secrets masked."""


class ProfileStatus(TolerantDocument):
    """The set of defaults that the job has taken up; it stays, whatever the operator's configuration says later."""

    name: DnsLabel
    """Name of the profile."""
    defaults: Annotated[dict[str, Any], Field(max_length=8)]
    """What it sets below the spec, in the spec's own spelling: resources, run, pod."""


class DisplayStatus(TolerantDocument):
    """Texts for the columns of `kubectl get`, which can print fields and not put them together."""

    freeze: str | None = None
    """Frozen layers and depth, 100/175, or the form of freeze that is asked for."""
    epoch: str | None = None
    """Epoch and epochs, 3/10."""
    accuracy: str | None = None
    """Accuracy in percent: final, else validation."""
    time: str | None = None
    """Time that is left while it trains (ETA 40s); time that it took when it is done."""


class TransferJobStatus(TolerantDocument):
    """What the operator has observed."""

    observed_generation: Count | None = None
    """metadata.generation that this status was decided for."""
    phase: Phase | None = None
    """Summary of the conditions in one word."""
    conditions: Annotated[tuple[Condition, ...], Field(max_length=16, json_schema_extra={"x-list-keys": ["type"]})] = ()
    """Running, Complete, Failed, Suspended and TrainingStalled: all five from the first write on."""
    attempts: Count = 0
    """Pods that have run the trainer; each counts once."""
    start_time: Time | None = None
    """When the operator first took the job up."""
    first_start_time: Time | None = None
    """When the trainer first ran."""
    completion_time: Time | None = None
    """When the job succeeded or failed."""
    gpu_seconds: Seconds | None = None
    """GPUs times the seconds that pods held them."""
    queued_seconds: Seconds | None = None
    """Seconds from start to the first run of the trainer, suspension included."""
    job_name: str | None = None
    """Name of the child Job."""
    job_uid: str | None = Field(default=None, alias="jobUID")
    """UID of the child Job."""
    pod_name: str | None = None
    """Name of the pod that runs or ran last."""
    pod_uid: str | None = Field(default=None, alias="podUID")
    """UID of that pod: the attempt."""
    node: str | None = None
    """Node of that pod."""
    profile: ProfileStatus | None = None
    """The profile whose defaults the job runs with."""
    budget: BudgetStatus | None = None
    """What was used up of the job's budgets."""
    progress: ProgressStatus | None = None
    """Where the training stands."""
    model: ModelReport | None = None
    """The backbone as built, and what is frozen of it."""
    dataset: DatasetReport | None = None
    """The dataset as found."""
    advice: AdviceReport | None = None
    """Advice on the freeze count, with the table behind it, where freeze.auto or advise asks for it."""
    checkpoint: CheckpointStatus | None = None
    """The newest whole checkpoint."""
    result: ResultStatus | None = None
    """What the job has made."""
    failure: FailureStatus | None = None
    """Why the job failed."""
    last_restart: RestartStatus | None = None
    """How the last attempt ended that the job went on after."""
    display: DisplayStatus | None = None
    """Texts for the columns of kubectl get."""

    @property
    def finished(self) -> bool:
        """Whether the job has an outcome."""
        return self.phase in FINISHED_PHASES

    def to_json(self) -> dict[str, Any]:
        """The status as the API server takes it."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
