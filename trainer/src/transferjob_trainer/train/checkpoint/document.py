"""What a checkpoint says of itself."""

from __future__ import annotations

import hashlib
from typing import Literal

from ...contract.base import Document, Sha256
from ...contract.run_file import JobIdentity, RunFile
from ..state import TrainingDocument


class Origin(Document):
    """What a state belongs to. A run goes on only from a state whose origin equals its own."""

    job: JobIdentity
    """The job; one that is made again under the same name is another one."""
    run_digest: Sha256
    """Digest of the run file."""
    dataset_digest: Sha256
    """Digest of the dataset: other pictures would be another order."""
    views: int
    """Changed views of each picture, by the plan; 0: new ones in every epoch, or unchanged pictures."""
    tensorflow: str
    """Version of TensorFlow."""
    keras: str
    """Version of Keras, whose layers name and order the arrays."""

    @property
    def digest(self) -> str:
        """sha256 over all of it."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()


class CheckpointDocument(Document):
    """The part of a checkpoint that is no array."""

    version: Literal[1] = 1
    """Version of this document."""
    origin: Origin
    """What it belongs to."""
    attempt: str
    """Which attempt wrote it: the pod's UID."""
    time: float
    """Unix time at which the state was captured."""
    training: TrainingDocument
    """Where training stood."""


def origin_of(run: RunFile, dataset_digest: str, versions: dict[str, str], views: int = 0) -> Origin:
    """The origin of the states of a run.

    Args:
        run: the run file; defaults count as written out.
        dataset_digest: sha256 of the dataset.
        versions: version by package, with `tensorflow` and `keras`.
        views: changed views of each picture, by the plan.
    """
    return Origin(
        job=run.job,
        run_digest=hashlib.sha256(run.model_dump_json(by_alias=True).encode()).hexdigest(),
        dataset_digest=dataset_digest,
        views=views,
        tensorflow=versions.get("tensorflow", ""),
        keras=versions.get("keras", ""),
    )
