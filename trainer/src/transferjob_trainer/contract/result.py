"""The result document: result.json beside the model, written last."""

from __future__ import annotations

from typing import Literal

from .advice import AdviceReport
from .base import Sha256, TolerantDocument
from .image_input import ResizeSpec
from .report import DatasetReport, ModelReport
from .run_file import JobIdentity

RESULT_FILE = "result.json"
LATEST_FILE = "latest.json"

ArtifactFormat = Literal[
    "Keras", "SavedModel", "LiteRT", "ONNX", "BackboneWeights", "Labels", "Metrics", "TensorBoard", "Report"
]


class Artifact(TolerantDocument):
    """One file or folder of the result."""

    format: ArtifactFormat
    """What it is. BackboneWeights is the .weights.h5 that another job's weightsFrom reads."""
    path: str
    """Path below the result's folder."""
    sha256: Sha256
    """Digest of the file; of a folder: digest over the sorted lines `sha256  path` of its files."""
    bytes: int
    """Size in bytes, of a folder all files together."""


class Result(TolerantDocument):
    """What a run has made."""

    version: Literal[1] = 1
    """Version of this document."""
    job: JobIdentity
    """Whose result it is."""
    attempt: str
    """UID of the pod that made it."""
    model_uri: str
    """Folder of the artifacts: output URI and digest."""
    digest: Sha256
    """Digest over the artifacts; the folder's name."""
    metrics: dict[str, float]
    """Figures on the split named in evaluated_on: accuracy, loss, and the training's own."""
    evaluated_on: Literal["test", "validation"]
    """Split of the figures."""
    best_epoch: int | None = None
    """Epoch whose weights were kept."""
    last_epoch: int | None = None
    """The last that was trained."""
    classes: tuple[str, ...]
    """Class names in the order of the outputs."""
    resize: ResizeSpec = ResizeSpec()
    """How pictures of other sizes were brought to the network's."""
    artifacts: tuple[Artifact, ...]
    """The files."""
    model: ModelReport
    """The backbone as built."""
    dataset: DatasetReport
    """The dataset as found."""
    advice: AdviceReport | None = None
    """Advice on the freeze count, where the job asked for it."""
    seconds: float
    """Seconds from start to publication."""
    versions: dict[str, str]
    """Versions of what made it."""
