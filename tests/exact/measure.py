"""Loss and gradients of one training step, of the whole model and of the tail on the prefix' features.

The reference is the whole backbone with its frozen layers in inference mode. Rounding has no size of its own, so the
reference is also measured against itself on pictures whose every pixel is the next larger or smaller number: what that
moves is noise, and no two right ways to compute it need agree better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.support.lively import EXAMPLES, lively_backbone, preprocessed, random_pictures
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.freezing import freeze_layers
from transferjob_trainer.graph.split import Split, split_at

CLASSES = 5
LOSS_TOLERANCE = 1e-5
NOISE_FACTOR = 10
FLOOR = 1e-6
"""Share of the whole gradient that is nothing: of a shift in front of a BatchNorm all of it is rounding."""
Tensors = tuple[Any, ...]
Forward = Callable[[Tensors], Any]
_STATE = ("moving_mean", "moving_variance", "seed_generator_state")


@dataclass(frozen=True)
class Step:
    """Loss and gradients by variable."""

    loss: float
    gradients: dict[str, Any]


class Subject:
    """A backbone with a head and a batch, that computes one step in several ways from one and the same state."""

    def __init__(self, name: str, side: int) -> None:
        import keras

        self.name, self.side = name, side
        self.backbone = lively_backbone(name, side)
        self.pooling = keras.layers.GlobalAveragePooling2D()
        self.dense = keras.layers.Dense(CLASSES, activation="softmax", name="probabilities")
        self.dense.build((None, self.backbone.output_shape[-1]))
        self.pictures = preprocessed(name, random_pictures(side))
        self.labels = np.arange(EXAMPLES) % CLASSES
        self.count = 0
        # Keras wraps each grouped convolution in a function of its own that is compiled anew at every eager call.
        self._compiles = BACKBONES[name].family == "convnext"
        self._functions: dict[str, Any] = {}
        self._state = [
            (weight, weight.numpy().copy()) for weight in self.backbone.variables if weight.path.endswith(_STATE)
        ]

    @property
    def depth(self) -> int:
        return len(self.backbone.layers)

    def freeze(self, count: int) -> Split:
        """Freezes the first layers and cuts behind them."""
        freeze_layers(self.backbone, count)
        self.count = count
        self._functions.clear()
        return split_at(self.backbone, count)

    def whole(self, pictures: Any = None) -> Step:
        """The step of the whole backbone."""
        given = self.pictures if pictures is None else pictures
        return self._step("whole", lambda given: self.backbone(given[0], training=True), (given,))

    def apart(self, split: Split, features: Tensors | None = None) -> Step:
        """The step of the tail on features."""
        given = self.features(split) if features is None else features
        return self._step("apart", lambda given: split.finish(given, training=True), given)

    def features(self, split: Split) -> Tensors:
        """The crossing tensors of the batch."""
        made: Tensors = self._run("features", lambda given: split.features(given[0]), (self.pictures,))
        return made

    def spread(self) -> float:
        """How much outputs differ between pictures, as a share of their size: near 0, comparisons prove nothing."""
        call = self._run("outputs", lambda given: self.backbone(given[0], training=False), (self.pictures,))
        outputs = call.numpy()
        return float(np.std(outputs, axis=0).mean() / np.abs(outputs).mean())

    def nudged(self, direction: float) -> Any:
        """The pictures with every number replaced by its neighbour in this direction."""
        import tensorflow as tf

        return tf.constant(np.nextafter(self.pictures.numpy(), np.float32(direction)))

    def restore(self) -> None:
        """Statistics of BatchNorms and states of random generators as they were."""
        for weight, value in self._state:
            weight.assign(value)

    def loss(self, outputs: Any) -> Any:
        """Mean cross-entropy of a batch, from the backbone's outputs."""
        import keras
        import tensorflow as tf

        chances = self.dense(self.pooling(outputs))
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(self.labels, chances))

    @property
    def learning(self) -> list[Any]:
        """The variables that learn: the tail's and the head's."""
        tail = [weight for layer in self.backbone.layers[self.count :] for weight in layer.trainable_weights]
        return [*tail, *self.dense.trainable_weights]

    def _step(self, kind: str, forward: Forward, given: Tensors) -> Step:
        import tensorflow as tf

        def step(given: Tensors) -> Any:
            with tf.GradientTape() as tape:
                loss = self.loss(forward(given))
            return loss, tape.gradient(loss, [weight.value for weight in self.learning])

        self.restore()
        loss, gradients = self._run(kind, step, given)
        named = zip(self.learning, gradients, strict=True)
        return Step(float(loss), {weight.path: gradient.numpy() for weight, gradient in named})

    def _run(self, kind: str, function: Forward, given: Tensors) -> Any:
        """One call, compiled once for each cut where calls one by one are slow."""
        if not self._compiles:
            return function(given)
        import tensorflow as tf

        return self._functions.setdefault(kind, tf.function(function))(given)


def noise_of(subject: Subject, reference: Step) -> dict[str, float]:
    """What rounding moves in each gradient of the reference: the largest of a repetition and two nudges."""
    pictures = (subject.pictures, subject.nudged(np.inf), subject.nudged(-np.inf))
    # One after the other: the gradients of the largest backbones take more than a GiB.
    moved = [differences(reference, subject.whole(given)) for given in pictures]
    return {path: max(one[path] for one in moved) for path in reference.gradients}


def differences(first: Step, second: Step) -> dict[str, float]:
    """Distance of the gradients by variable."""
    return {path: distance(value, second.gradients[path]) for path, value in first.gradients.items()}


def distance(first: Any, second: Any) -> float:
    """Euclidean distance, in double precision."""
    return float(np.linalg.norm(first.astype("float64").ravel() - second.astype("float64").ravel()))


@dataclass(frozen=True)
class Verdict:
    """How far two steps are apart, in units of what is allowed: 1 is the border."""

    loss: float
    gradient: float
    worst: str
    """The variable whose gradient is furthest off."""

    @property
    def equal(self) -> bool:
        return self.loss <= 1 and self.gradient <= 1


def compare(reference: Step, other: Step, noise: dict[str, float]) -> Verdict:
    """Whether another way to compute the step gives the same."""
    total = float(np.sqrt(sum(np.sum(value.astype("float64") ** 2) for value in reference.gradients.values())))
    far = {
        path: moved / (NOISE_FACTOR * noise[path] + FLOOR * total)
        for path, moved in differences(reference, other).items()
    }
    worst = max(far, key=far.__getitem__)
    loss = abs(other.loss - reference.loss) / (LOSS_TOLERANCE * abs(reference.loss))
    return Verdict(loss, far[worst], worst)
