"""The run file: the resolved training part of the spec, handed to the trainer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .backbone import BackboneSpec
from .base import Document
from .dataset import DatasetSpec
from .freeze import FreezeSpec
from .head import HeadSpec
from .image_input import InputSpec
from .output import OutputSpec
from .training import TrainingSpec

RUN_FILE_VERSION = 1


class JobIdentity(Document):
    """Which TransferJob the run belongs to."""

    namespace: str
    """Namespace of the job."""
    name: str
    """Name of the job."""
    uid: str
    """UID of the job: a job that is made again under the same name is another one."""


class TrainingPart(Document):
    """The part of a TransferJob's spec that the trainer acts on."""

    backbone: BackboneSpec
    """The trained network whose shallow layers are kept."""
    input: InputSpec = InputSpec()
    """Size of the network's input."""
    freeze: FreezeSpec
    """How much of the backbone is frozen; exactly one form."""
    head: HeadSpec = HeadSpec()
    """The new layers on top."""
    dataset: DatasetSpec
    """The labelled pictures."""
    training: TrainingSpec = TrainingSpec()
    """How the network is trained."""
    output: OutputSpec
    """Where the model goes."""


class RunFile(TrainingPart):
    """What one run has to do. `backbone.weightsFrom` is resolved: weights, sha256 and variant are those of the
    other job's result."""

    version: Literal[1] = 1
    """Version of this document."""
    job: JobIdentity
    """Which job it is."""
    gpus: int = Field(default=0, ge=0, le=64)
    """GPUs that the pod asked for and the trainer must see."""
