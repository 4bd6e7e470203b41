"""How the network is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .base import Document, LayerName
from .freeze import FreezeSpec
from .uri import OutputURI

LearningRate = Annotated[float, Field(gt=0, le=10)]
Epochs = Annotated[int, Field(ge=1, le=100_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Steps = Annotated[int, Field(ge=0, le=10_000_000)]


class OptimizerSpec(Document):
    """The optimizer and its rate."""

    name: Literal["Adam", "AdamW", "SGD", "RMSprop", "Lion"] = "Adam"
    """Optimizer by its Keras name. SGD runs with momentum 0.9."""
    learning_rate: LearningRate = 0.001
    """Base learning rate, e.g. 1e-4."""
    weight_decay: Share = 0.0
    """Decoupled weight decay."""


class RateMultiplier(Document):
    """A factor on the learning rate of the layers up to a name."""

    up_to: LayerName
    """Last layer that the factor holds for."""
    factor: Annotated[float, Field(ge=0, le=10)]
    """Factor on the base rate."""


class LayerwiseLearningRateSpec(Document):
    """Learning rates that differ by depth."""

    decay: Annotated[float, Field(gt=0, le=1)] | None = None
    """Factor from one block to the next shallower one; the deepest block has the base rate."""
    multipliers: Annotated[tuple[RateMultiplier, ...], Field(max_length=32)] = ()
    """Factors by layer name."""


class PhaseSpec(Document):
    """One stage of training with its own freeze and rates."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=32)]
    """Name in progress and report."""
    epochs: Epochs
    """Passes over the training pictures in this phase."""
    freeze: FreezeSpec | None = None
    """Freeze of this phase. Default: the job's."""
    learning_rate: LearningRate | None = None
    """Learning rate of this phase. Default: the optimizer's."""


class ScheduleSpec(Document):
    """The learning rate over time."""

    name: Literal["Constant", "Cosine", "Step", "Plateau"] = "Constant"
    """Shape of the curve."""
    warmup_steps: Steps = 0
    """Steps of linear rise at the start."""


class EarlyStoppingSpec(Document):
    """Ends training when the monitored figure no longer gets better; the best weights are kept."""

    patience: Annotated[int, Field(ge=1, le=10_000)] = 5
    """Epochs without a gain."""
    min_delta: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Smallest gain that counts."""


class AugmentationSpec(Document):
    """Random changes of the training pictures."""

    flip: Literal["Horizontal", "Vertical", "Both"] | None = None
    """Mirrors."""
    rotation: Share | None = None
    """Largest rotation as a share of a full turn."""
    zoom: Share | None = None
    """Largest zoom as a share of the side."""


class ClassWeightsSpec(Document):
    """Weights of the classes in the loss."""

    balanced: Literal[True] | None = None
    """Inverse to the number of pictures of a class."""
    values: Annotated[dict[str, Annotated[float, Field(ge=0, le=1000)]], Field(max_length=10_000)] | None = None
    """Weight by class name."""


class FeatureCacheSpec(Document):
    """Outputs of the frozen part, computed once."""

    mode: Literal["Auto", "Off", "Memory", "Disk"] = "Auto"
    """Auto lets the planner choose by time and space."""
    uri: OutputURI | None = None
    """pvc:// folder that is shared by jobs."""


class CheckpointSpec(Document):
    """States from which an interrupted run goes on."""

    every_seconds: Annotated[int, Field(ge=1, le=86_400)] = 120
    """Seconds between checkpoints."""
    uri: OutputURI | None = None
    """Folder of the checkpoints. Default: beside the output."""


class TrainingSpec(Document):
    """Epochs, batch, optimizer and everything else that shapes learning."""

    epochs: Epochs = 10
    """Passes over the training pictures."""
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 32
    """Pictures a step, over all workers together."""
    optimizer: OptimizerSpec = OptimizerSpec()
    """Optimizer and rate."""
    layerwise_learning_rate: LayerwiseLearningRateSpec | None = None
    """Learning rates that differ by depth."""
    phases: Annotated[tuple[PhaseSpec, ...], Field(max_length=32)] = ()
    """Explicit phases replace epochs."""
    schedule: ScheduleSpec | None = None
    """The learning rate over time."""
    early_stopping: EarlyStoppingSpec | None = None
    """Ends training when nothing gets better."""
    monitor: Literal["ValLoss", "ValAccuracy", "Loss", "Accuracy"] | None = None
    """Figure by which the best epoch is chosen."""
    augmentation: AugmentationSpec | None = None
    """Random changes of the training pictures."""
    class_weights: ClassWeightsSpec | None = None
    """Weights of the classes in the loss."""
    label_smoothing: Share | None = None
    """Share of the target that is spread over all classes."""
    precision: Literal["Float32", "Bfloat16", "Float16", "Auto"] | None = None
    """Precision of the computation. Default Float32."""
    jit_compile: bool | None = None
    """Compiles the step with XLA."""
    gradient_clip: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """Largest global norm of the gradient."""
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] = 0
    """Seed of split, order and initial weights."""
    deterministic: bool | None = None
    """Same machine, same threads: same weights to the bit."""
    batch_normalization: Literal["Auto", "Train", "Inference"] = "Auto"
    """BatchNorm of layers that are trained: Train updates the statistics, Inference uses the stored ones; Auto
    trains them when the weights are random."""
    feature_cache: FeatureCacheSpec | None = None
    """Outputs of the frozen part, computed once."""
    checkpoint: CheckpointSpec | None = None
    """States from which an interrupted run goes on."""
