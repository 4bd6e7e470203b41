"""Five compiled SGD steps of one family: `python -m tests.exact.trajectory NAME` prints its figures as JSON.

Compiled, because TensorFlow's graph optimizer may fuse the whole model otherwise than the tail.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.exact.cuts import three_cuts
from tests.exact.measure import FLOOR, LOSS_TOLERANCE, NOISE_FACTOR, Subject, distance
from tests.support.lively import preprocessed, random_pictures
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.tensorflow_setup import prepare_environment

STEPS = 5
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Trajectory:
    """Loss of each step, and at the end all that learns or is counted along: weights and the tail's statistics."""

    losses: list[float]
    weights: dict[str, Any]


class Runner:
    """Runs trajectories that all start from the same weights."""

    def __init__(self, subject: Subject, count: int) -> None:
        self.subject = subject
        self.split = subject.freeze(count)
        tail = [weight for layer in subject.backbone.layers[count:] for weight in layer.weights]
        self.moving = [*tail, *subject.dense.weights]
        self.start = [weight.numpy().copy() for weight in self.moving]

    def whole(self, batches: list[Any]) -> Trajectory:
        """The whole backbone on pictures."""
        return self._run([(batch,) for batch in batches], lambda given: self.subject.backbone(given[0], training=True))

    def apart(self, batches: list[Any]) -> Trajectory:
        """The tail on features that were computed beforehand."""
        features = [self.split.features(batch) for batch in batches]
        return self._run(features, lambda given: self.split.finish(given, training=True))

    def _run(self, inputs: list[tuple[Any, ...]], forward: Callable[[tuple[Any, ...]], Any]) -> Trajectory:
        self.subject.restore()
        for weight, value in zip(self.moving, self.start, strict=True):
            weight.assign(value)
        step = self._compiled(forward)
        losses = [float(step(given)) for given in inputs]
        return Trajectory(losses, {weight.path: weight.numpy() for weight in self.moving})

    def _compiled(self, forward: Callable[[tuple[Any, ...]], Any]) -> Callable[[tuple[Any, ...]], Any]:
        import keras
        import tensorflow as tf

        learning = self.subject.learning
        optimizer = keras.optimizers.SGD(LEARNING_RATE)
        optimizer.build(learning)

        def step(given: tuple[Any, ...]) -> Any:
            with tf.GradientTape() as tape:
                loss = self.subject.loss(forward(given))
            optimizer.apply(tape.gradient(loss, [weight.value for weight in learning]), learning)
            return loss

        compiled: Callable[[tuple[Any, ...]], Any] = tf.function(step)
        return compiled


def check_trajectory(name: str) -> dict[str, Any]:
    """How far five steps on features end from five steps of the whole, in units of what is allowed."""
    started = time.monotonic()
    side = BACKBONES[name].minimum_side
    subject = Subject(name, side)
    count = three_cuts(name, subject.backbone)["inside"]
    runner = Runner(subject, count)
    batches = [preprocessed(name, random_pictures(side, seed)) for seed in range(STEPS)]
    reference = runner.whole(batches)
    noise = [runner.whole([_nudged(batch, direction) for batch in batches]) for direction in (np.inf, -np.inf)]
    apart = runner.apart(batches)
    return {
        "name": name,
        "count": count,
        "loss": round(_loss_distance(reference, apart, noise), 4),
        "weights": round(_weight_distance(runner, reference, apart, noise), 4),
        "same_bits": sum(np.array_equal(value, apart.weights[path]) for path, value in reference.weights.items()),
        "variables": len(reference.weights),
        "losses": [round(loss, 4) for loss in reference.losses],
        "seconds": round(time.monotonic() - started, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _nudged(batch: Any, direction: float) -> Any:
    import tensorflow as tf

    return tf.constant(np.nextafter(batch.numpy(), np.float32(direction)))


def _loss_distance(reference: Trajectory, other: Trajectory, noise: list[Trajectory]) -> float:
    def far(step: int) -> float:
        loss = reference.losses[step]
        noisy = max(abs(one.losses[step] - loss) for one in noise)
        return abs(other.losses[step] - loss) / max(LOSS_TOLERANCE * abs(loss), NOISE_FACTOR * noisy)

    return max(map(far, range(STEPS)))


def _weight_distance(runner: Runner, reference: Trajectory, other: Trajectory, noise: list[Trajectory]) -> float:
    starts = zip(runner.moving, runner.start, strict=True)
    moved = float(np.sqrt(sum(distance(start, reference.weights[weight.path]) ** 2 for weight, start in starts)))

    def far(path: str) -> float:
        value = reference.weights[path]
        noisy = max(distance(value, one.weights[path]) for one in noise)
        # Where rounding has moved nothing, one number may still be stored one rounding off.
        rounding = float(np.spacing(np.abs(value).max()))
        return distance(value, other.weights[path]) / (NOISE_FACTOR * noisy + FLOOR * moved + rounding)

    return max(map(far, reference.weights))


if __name__ == "__main__":
    prepare_environment()
    print(json.dumps(check_trajectory(sys.argv[1])))
