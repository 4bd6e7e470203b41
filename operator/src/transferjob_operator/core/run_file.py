"""The run file: the training part of the spec, resolved."""

from __future__ import annotations

from transferjob_trainer.contract import RunFile, TrainingPart

from ..api.transfer_job import TransferJob
from .identity import identity_of
from .weights import ResolvedWeights, with_weights

MAX_RUN_FILE_BYTES = 200 * 1024
"""All annotations of an object together may have 256 KiB."""


def run_file(job: TransferJob, weights: ResolvedWeights | None) -> RunFile:
    """The document that the trainer of this job reads; `weights` stands in for weightsFrom."""
    part = {name: getattr(job.spec, name) for name in TrainingPart.model_fields}
    part["backbone"] = with_weights(job.spec.backbone, weights)
    head = weights.head if weights else None
    return RunFile(**part, job=identity_of(job), head_from=head, gpus=job.spec.resources.gpus)


def encode_run_file(document: RunFile) -> str:
    """The run file as it travels in the pod template. Equal documents give equal text."""
    return document.model_dump_json(by_alias=True, exclude_none=True)
