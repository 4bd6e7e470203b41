"""How the network is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from .base import Document, LayerName
from .freeze import FreezeSpec
from .uri import CacheURI, OutputURI

LearningRate = Annotated[float, Field(gt=0, le=10)]
Epochs = Annotated[int, Field(ge=1, le=100_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Steps = Annotated[int, Field(ge=0, le=10_000_000)]
Factor = Annotated[float, Field(gt=0, lt=1)]
Alpha = Annotated[float, Field(gt=0, le=10)]


class OptimizerSpec(Document):
    """The optimizer and its rate."""

    name: Literal["Adam", "AdamW", "SGD", "RMSprop", "Lion"] = "Adam"
    """Optimizer by its Keras name. SGD runs with momentum 0.9."""
    learning_rate: LearningRate | None = None
    """Learning rate of every phase that names none, e.g. 1e-4. Default: 1e-3 (SGD 1e-2, Lion 1e-4), and three
    tenths of it where trained layers are tuned."""
    weight_decay: Share = 0.0
    """Decoupled weight decay of kernels; biases, scales and frozen layers have none."""


class RateMultiplier(Document):
    """A factor on the learning rate of the layers up to a name."""

    up_to: LayerName
    """Last layer that the factor holds for."""
    factor: Annotated[float, Field(ge=0, le=10)]
    """Factor on the base rate."""


class LayerwiseLearningRateSpec(Document):
    """Learning rates that differ by depth: exactly one of decay, multipliers. The head has the base rate."""

    decay: Annotated[float, Field(gt=0, le=1)] | None = None
    """Factor from one block to the next shallower one; the deepest block has the base rate."""
    multipliers: Annotated[tuple[RateMultiplier, ...], Field(min_length=1, max_length=32)] | None = None
    """Factors by layer name, from the input on: each holds from the one before it up to its own layer."""

    @model_validator(mode="after")
    def _exactly_one(self) -> LayerwiseLearningRateSpec:
        if (self.decay is None) == (self.multipliers is None):
            raise ValueError("exactly one of decay, multipliers must be given")
        return self


class ScheduleSpec(Document):
    """The learning rate over the steps of a phase."""

    name: Literal["Constant", "Cosine", "Step", "Plateau"] = "Constant"
    """Shape of the curve. Cosine falls to zero at the end of the phase."""
    warmup_steps: Steps = 0
    """Steps of linear rise at the start."""
    factor: Factor = 0.1
    """What Step and Plateau multiply the rate by."""
    every_epochs: Epochs | None = None
    """Step: epochs from one fall to the next. Default: a third of the phase."""
    patience: Annotated[int, Field(ge=1, le=10_000)] = 3
    """Plateau: epochs without a better monitored figure before the rate falls."""


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
    schedule: ScheduleSpec | None = None
    """Schedule of this phase. Default: the training's."""

    @field_validator("freeze")
    @classmethod
    def _no_choice(cls, freeze: FreezeSpec | None) -> FreezeSpec | None:
        if freeze is not None and freeze.auto is not None:
            raise ValueError("auto is for spec.freeze alone: the freeze is chosen once for the job")
        return freeze


class EarlyStoppingSpec(Document):
    """Ends a phase when the monitored figure no longer gets better; it goes on with the best weights."""

    patience: Annotated[int, Field(ge=1, le=10_000)] = 5
    """Epochs without a gain."""
    min_delta: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Smallest gain that counts."""


class RandAugmentSpec(Document):
    """RandAugment (Cubuk et al. 2019): some operations, chosen at random for each picture, all of one strength."""

    operations: Annotated[int, Field(ge=1, le=8)] = 2
    """Operations a picture, one after the other."""
    magnitude: Share = 0.3
    """Strength, as a share of the largest change of each operation."""


class AugmentationSpec(Document):
    """Random changes of the training pictures; anew in each epoch, or by views that are kept (featureCache.views)."""

    flip: Literal["Horizontal", "Vertical", "Both"] | None = None
    """Mirrors every other picture."""
    rotation: Share | None = None
    """Largest rotation to either side as a share of a full turn."""
    zoom: Annotated[float, Field(ge=0, le=0.9)] | None = None
    """Largest zoom in or out as a share of the side."""
    crop: Annotated[float, Field(ge=0, le=0.9)] | None = None
    """Largest share of each side that is cut away; what is left is stretched to the whole picture."""
    contrast: Share | None = None
    """Largest change of contrast, as a share of it."""
    rand_augment: RandAugmentSpec | None = None
    """Operations chosen at random."""
    mix_up: Alpha | None = None
    """MixUp (Zhang et al. 2017): blends each picture and its label with another's; alpha of the Beta distribution."""
    cut_mix: Alpha | None = None
    """CutMix (Yun et al. 2019): pastes a box of another picture; alpha of the Beta distribution. With mixUp: every
    other picture."""

    @property
    def mixes(self) -> bool:
        """Whether pictures are mixed in pairs."""
        return self.mix_up is not None or self.cut_mix is not None


class ClassWeightsSpec(Document):
    """Weights of the classes in the loss: exactly one of balanced, values."""

    balanced: Literal[True] | None = None
    """Inverse to the number of pictures of a class; the mean over the pictures is one."""
    values: Annotated[dict[str, Annotated[float, Field(ge=0, le=1000)]], Field(max_length=10_000)] | None = None
    """Weight by class name; classes that are not named have one."""

    @model_validator(mode="after")
    def _exactly_one(self) -> ClassWeightsSpec:
        if (self.balanced is None) == (self.values is None):
            raise ValueError("exactly one of balanced, values must be given")
        return self


class FeatureCacheSpec(Document):
    """Outputs of the part that is frozen in all phases, computed once and found again by what made them."""

    mode: Literal["Auto", "Off", "Memory", "Disk"] = "Auto"
    """Auto lets the planner choose by time and space, and uses a disk only where uri names one."""
    uri: CacheURI | None = None
    """pvc:// folder that jobs share. Default: for Disk, a folder that ends with the pod."""
    views: Annotated[int, Field(ge=1, le=100)] | None = None
    """With augmentation: how many changed views of each training picture there are; the epochs show them in turn,
    whether they are kept or made again. Default: 10 where keeping them at least halves the time; else, and with mode
    Off, new ones in every epoch."""


class CheckpointSpec(Document):
    """States from which an interrupted run goes on."""

    every_seconds: Annotated[int, Field(ge=1, le=86_400)] = 120
    """Seconds between checkpoints: what a killed run repeats at most."""
    uri: OutputURI | None = None
    """Folder of the checkpoints, opened with the output's credentials; they are removed once the result is published.
    Default: checkpoints, below the output."""


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
    """Explicit phases replace epochs. Default: where trained weights are tuned, a quarter of the epochs for the head
    alone, then all that is not frozen, with warm-up and cosine; one phase otherwise."""
    schedule: ScheduleSpec | None = None
    """The learning rate over the steps of each phase. Default: constant; where trained layers are tuned, cosine after a
    warm-up."""
    early_stopping: EarlyStoppingSpec | None = None
    """Ends training when nothing gets better."""
    monitor: Literal["ValLoss", "ValAccuracy", "Loss", "Accuracy"] | None = None
    """Figure by which the best epoch is chosen. Default ValAccuracy; with fewer than 30 validation pictures, of which
    chance would choose, Loss, or ValLoss where there is earlyStopping."""
    augmentation: AugmentationSpec | None = None
    """Random changes of the training pictures."""
    class_weights: ClassWeightsSpec | None = None
    """Weights of the classes in the loss."""
    label_smoothing: Share | None = None
    """Share of the target that is spread over all classes."""
    precision: Literal["Float32", "Bfloat16", "Float16", "Auto"] | None = None
    """Precision of the computation; variables, losses and the exported model are Float32. Auto: Bfloat16 or Float16
    where the GPU is made for it. Default Float32."""
    jit_compile: bool | None = None
    """Compiles the step with XLA."""
    gradient_clip: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """Largest norm of the gradient, over all variables together."""
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

    @model_validator(mode="after")
    def _views_of_single_pictures(self) -> TrainingSpec:
        wanted = self.feature_cache is not None and self.feature_cache.views is not None
        if wanted and (self.augmentation is None or self.augmentation.mixes):
            raise ValueError("featureCache.views needs augmentation without mixUp and cutMix")
        return self
