"""The progress document, served by the trainer at GET /progress, and where it is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .advice import AdviceReport
from .base import TolerantDocument
from .report import CheckpointReport, DatasetReport, ModelReport

ENDPOINT_PORT = 8080
PROGRESS_PATH = "/progress"
METRICS_PATH = "/metrics"
HEALTH_PATH = "/healthz"
MAX_PROGRESS_BYTES = 16 * 1024

Stage = Literal[
    "Starting",
    "CheckingStorage",
    "BuildingModel",
    "LoadingData",
    "LoadingWeights",
    "Advising",
    "CachingFeatures",
    "Training",
    "Evaluating",
    "Exporting",
    "Publishing",
    "Done",
]

QUIET_SECONDS: Mapping[Stage, float] = {
    "BuildingModel": 1800.0,
    "Advising": 1800.0,
    "Evaluating": 1800.0,
    "Exporting": 1800.0,
    "Publishing": 1800.0,
}
"""Stages that may show no movement for longer than training: a download of weights, a whole test split, a conversion,
an upload. Neither the trainer's watchdog nor the operator takes less for a stall in them."""


class Progress(TolerantDocument):
    """Where a run stands. Numbers that are not known yet are absent."""

    pod_uid: str
    """UID of the pod: the attempt's id. A document of another pod is not believed."""
    stage: Stage
    """What the trainer is doing."""
    phase: str | None = None
    """Training phase."""
    epoch: int | None = None
    """Epoch that is being trained, from 1."""
    epochs: int | None = None
    """Epochs in all."""
    step: int | None = None
    """Step in the epoch, from 1; while CachingFeatures: pictures that are done."""
    steps: int | None = None
    """Steps an epoch; while CachingFeatures: pictures in all."""
    percent: float | None = None
    """Share of the training that is done, 0 to 100."""
    remaining_seconds: float | None = None
    """Estimate of the seconds to the end of training."""
    loss: float | None = None
    """Training loss of the running epoch."""
    accuracy: float | None = None
    """Training accuracy of the running epoch."""
    val_loss: float | None = None
    """Validation loss after the last whole epoch."""
    val_accuracy: float | None = None
    """Validation accuracy after the last whole epoch."""
    images_per_second: float | None = None
    """Training pictures a second."""
    updated_time: float
    """Unix time of the last change."""
    model: ModelReport | None = None
    """The backbone as built, once it is."""
    dataset: DatasetReport | None = None
    """The dataset as found, once it is."""
    advice: AdviceReport | None = None
    """Advice on the freeze count, once it is there, where the job asks for it."""
    checkpoint: CheckpointReport | None = None
    """The newest whole checkpoint."""
