"""The run file: the resolved training part of the spec, handed to the trainer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from .backbone import BackboneSpec
from .base import Document, Sha256
from .dataset import DatasetSpec
from .freeze import FreezeSpec
from .head import HeadSpec
from .image_input import InputSpec
from .output import OutputSpec
from .training import TrainingSpec
from .uri import MAX_URI_LENGTH

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
    advise: bool = False
    """true reports advice on the freeze count in status; the freeze stays as given."""
    training: TrainingSpec = TrainingSpec()
    """How the network is trained."""
    output: OutputSpec
    """Where the model goes."""


class HeadFrom(Document):
    """A head to go on with: that of the model in `backbone.weights`."""

    job: str
    """Name of the TransferJob that trained it."""
    labels: Annotated[str, StringConstraints(min_length=1, max_length=MAX_URI_LENGTH)]
    """URI of its classes' names, a line each in the order of the outputs."""
    sha256: Sha256
    """Digest of that file."""


class RunFile(TrainingPart):
    """What one run has to do. `backbone.weightsFrom` is resolved: weights, sha256 and variant are those of the
    other job's result, and with `include: Model` headFrom tells of the head."""

    version: Literal[1] = 1
    """Version of this document."""
    job: JobIdentity
    """Which job it is."""
    head_from: HeadFrom | None = None
    """Whose head is taken; default: a new one."""
    gpus: int = Field(default=0, ge=0, le=64)
    """GPUs that the pod asked for and the trainer must see."""

    @model_validator(mode="after")
    def _head_in_a_model(self) -> RunFile:
        if self.head_from is not None and not self.backbone.resolved_weights.endswith(".keras"):
            raise ValueError("headFrom needs backbone.weights to be the URI of a .keras file")
        return self
