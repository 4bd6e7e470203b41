"""The learning rate over the steps of a phase."""

from __future__ import annotations

import math
from typing import Any

from .phases import Phase

DEFAULT_FALLS = 3
"""Parts of a phase of constant rate each, where Step names no number of epochs."""


class Curve:
    """Rate at each step, computed where the steps run."""

    def __init__(self, phase: Phase, steps: int) -> None:
        """Makes the curve of a phase of `steps` steps an epoch."""
        import tensorflow as tf

        self._schedule, self._rate = phase.schedule, phase.learning_rate
        self._steps = phase.epochs * steps
        self.warmup = warmup_steps(phase, steps)
        every = self._schedule.every_epochs or max(1, phase.epochs // DEFAULT_FALLS)
        self._every = every * steps
        # Not part of the optimizer's state: the session keeps what a plateau made of the rate.
        self.plateau = tf.Variable(1.0, trainable=False, name="plateau")

    def __call__(self, done: Any) -> Any:
        """float32 [] for the number of steps that are done."""
        import tensorflow as tf

        done = tf.cast(done, tf.float32)
        rise = tf.minimum(1.0, (done + 1) / self.warmup) if self.warmup else 1.0
        return self._rate * rise * self._shape(done) * self.plateau

    def __str__(self) -> str:
        shape = self._schedule.name.lower()
        return f"{shape} after {self.warmup} steps of warm-up" if self.warmup else shape

    def fall(self) -> None:
        """Lowers the rate of all steps to come."""
        self.plateau.assign(self.plateau * self._schedule.factor)

    def _shape(self, done: Any) -> Any:
        import tensorflow as tf

        if self._schedule.name == "Cosine":
            share = (done - self.warmup) / max(1, self._steps - self.warmup)
            return 0.5 * (1 + tf.cos(math.pi * tf.clip_by_value(share, 0.0, 1.0)))
        if self._schedule.name == "Step":
            return self._schedule.factor ** tf.floor(done / self._every)
        return tf.constant(1.0)


def warmup_steps(phase: Phase, steps: int) -> int:
    """Steps of linear rise of a phase, at most all of them."""
    every = phase.epochs * steps
    return min(every, phase.schedule.warmup_steps or math.ceil(phase.warmup_share * every))
