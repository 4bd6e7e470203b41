"""What the trainer found out about model and data: the same figures in progress, termination message and result."""

from __future__ import annotations

from typing import Literal

from .arguments import BackboneGraph
from .backbone_table import Variant
from .base import LayerName, Sha256, TolerantDocument


class ModelReport(TolerantDocument):
    """The backbone as built, and what the freeze count froze."""

    backbone: BackboneGraph | None = None
    """Builder and the arguments that shape its graph, e.g. MobileNetV2 alpha=0.5."""
    variant: Variant
    """imagenet or plain."""
    depth: int
    """Layers of the backbone, InputLayer included."""
    depth_with_head: int
    """Layers with the head on, as a Keras summary counts them."""
    frozen_layers: int
    """Layers that are frozen: the freeze count."""
    cut_tensors: int
    """Tensors that cross from the frozen prefix to the rest."""
    trainable_parameters: int
    """Parameters that are trained, head included."""
    frozen_parameters: int
    """Parameters that are not."""
    frozen_work: float | None = None
    """Share of the backbone's forward work in the frozen layers, 0 to 1, at the job's input size."""
    frozen_batch_norms: int | None = None
    """BatchNorms that are frozen and use stored statistics."""
    batch_norms: int | None = None
    """BatchNorms of the backbone."""
    nearest_block: LayerName | None = None
    """Block whose end is nearest to the cut."""
    nearest_block_end: int | None = None
    """Freeze count at which it ends."""


class DatasetReport(TolerantDocument):
    """The dataset as found."""

    classes: int
    """Number of classes."""
    examples: int
    """Pictures that are trained on."""
    validation_examples: int
    """Pictures that are measured on."""
    test_examples: int = 0
    """Pictures for the final figures."""
    skipped: int = 0
    """Broken pictures that were left out."""
    duplicates: int = 0
    """Pictures to measure on whose exact copy is trained on too, or for the final figures and measured on before."""
    digest: Sha256
    """Digest of the dataset's files or arrays."""


class CheckpointReport(TolerantDocument):
    """The newest whole checkpoint: where the next attempt would go on."""

    uri: str
    """The file."""
    epoch: int
    """Epoch that it was written in, from 1."""
    step: int
    """Steps of that epoch that were done."""
    time: float
    """Unix time of the state."""


class ClassFigures(TolerantDocument):
    """How well a class is known."""

    name: str
    """Name of the class."""
    examples: int
    """Pictures of it in the split."""
    answers: int
    """Pictures of the split that were taken for it."""
    right: int
    """Those of both."""
    precision: float | None = None
    """right / answers; absent where there was no answer."""
    recall: float | None = None
    """right / examples; absent where there is no picture."""


class CalibrationBin(TolerantDocument):
    """The answers whose confidence lies in one interval."""

    answers: int
    """How many."""
    confidence: float
    """Their mean probability of the answered class."""
    accuracy: float
    """Share of them that is right."""


class EpochReport(TolerantDocument):
    """Figures of one epoch."""

    epoch: int
    """Its number, from 1, through all phases."""
    loss: float
    """Mean loss of the training pictures while it ran."""
    accuracy: float
    """Share of right answers among them."""
    val_loss: float
    """Mean loss of the validation pictures after it."""
    val_accuracy: float
    """Share of right answers among them."""


class EvaluationReport(TolerantDocument):
    """Final figures of the best weights, over one split: the metrics file beside the model."""

    version: Literal[1] = 1
    """Version of this document."""
    split: Literal["test", "validation"]
    """Split that was measured on."""
    selected_on: bool
    """Whether the epoch was chosen by these very pictures: then the figures are brighter than those of new ones."""
    examples: int
    """Pictures of the split."""
    accuracy: float
    """Share of right answers."""
    accuracy_interval: tuple[float, float]
    """95 % interval of the accuracy (Wilson's score interval): what chance in the choice of pictures leaves open."""
    balanced_accuracy: float
    """Mean of the classes' recalls."""
    top5_accuracy: float | None = None
    """Share of pictures whose class is among the five likeliest; absent with five classes or fewer."""
    loss: float
    """Mean cross-entropy in nats."""
    calibration_error: float
    """Expected calibration error over 15 bins of equal width."""
    classes: tuple[ClassFigures, ...]
    """By class, in the order of the outputs."""
    confusion: tuple[tuple[int, int, int], ...]
    """Cells that are not empty: right class, answered class (both as index), pictures."""
    calibration: tuple[CalibrationBin, ...]
    """Bins that are not empty, by confidence."""
    history: tuple[EpochReport, ...] = ()
    """All epochs, those of interrupted attempts included: curves for when the logs are gone."""

    def metrics(self) -> dict[str, float]:
        """The figures of the result document and the job's status, rounded: a termination message is short."""
        figures = {
            "accuracy": self.accuracy,
            "accuracyLow": self.accuracy_interval[0],
            "accuracyHigh": self.accuracy_interval[1],
            "balancedAccuracy": self.balanced_accuracy,
            "top5Accuracy": self.top5_accuracy,
            "loss": self.loss,
            "calibrationError": self.calibration_error,
        }
        return {name: round(value, 6) for name, value in figures.items() if value is not None}
