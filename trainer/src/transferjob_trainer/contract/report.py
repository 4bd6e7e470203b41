"""What the trainer found out about model and data: the same figures in progress, termination message and result."""

from __future__ import annotations

from .backbone_table import Variant
from .base import LayerName, Sha256, TolerantDocument


class ModelReport(TolerantDocument):
    """The backbone as built, and what the freeze count froze."""

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
