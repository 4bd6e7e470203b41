"""What training is fed with. A feed says what a step sees; that is the same at every attempt, wherever it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..data import Examples
from .batches import evaluation_batch, index_batches, steps_per_epoch


class Feed(Protocol):
    """Batches for a learner.

    The elements of both datasets are (inputs, labels, weights): a tuple of what the learner reads, each [b, ...];
    int32 [b], or float32 [b, classes] shares where pictures are mixed; float32 [b] weights in the loss.
    """

    examples: int
    """Examples of an epoch."""
    steps: int
    """Steps of an epoch."""

    def training(self, epoch: int, first_step: int) -> Any:
        """An endless tf.data dataset: epoch `epoch` (from 1) without its first `first_step` steps, then the next ones.

        Order and augmentation are functions of (seed, epoch, example).
        """

    def validation(self) -> Any:
        """A tf.data dataset of the examples to measure on, once, with weights of one."""


@dataclass(frozen=True, slots=True)
class Order:
    """Batch size and seed: with the epoch they decide which example is seen when."""

    batch_size: int
    seed: int


class ImageFeed:
    """Decoded pictures from memory: inputs are float32 [b, height, width, 3], RGB, 0 to 255."""

    def __init__(self, train: Examples, validation: Examples, order: Order) -> None:
        self._train, self._validation, self._order = train, validation, order
        self.examples = len(train)
        self.steps = steps_per_epoch(self.examples, order.batch_size)

    def training(self, epoch: int, first_step: int) -> Any:
        """See Feed."""
        import tensorflow as tf

        images, labels = _on_host(self._train)

        def gather(_epoch: Any, own: Any, _partner: Any) -> tuple[tuple[Any], Any, Any]:
            return (tf.cast(tf.gather(images, own), tf.float32),), tf.gather(labels, own), tf.ones(tf.size(own))

        order = self._order
        batches = index_batches(self.examples, order.batch_size, seed=order.seed, epoch=epoch, first_step=first_step)
        return batches.map(gather, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def validation(self) -> Any:
        """See Feed."""
        import tensorflow as tf

        images, labels = _on_host(self._validation)
        size = max(self._order.batch_size, evaluation_batch(self._validation.images[0, ..., 0].size))

        def gather(own: Any) -> tuple[tuple[Any], Any, Any]:
            return (tf.cast(tf.gather(images, own), tf.float32),), tf.gather(labels, own), tf.ones(tf.size(own))

        batches = tf.data.Dataset.range(len(self._validation)).batch(size)
        return batches.map(gather, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _on_host(examples: Examples) -> tuple[Any, Any]:
    """Pictures and labels as tensors outside of the GPU, whose memory is for the model."""
    import tensorflow as tf

    with tf.device("CPU:0"):
        return tf.constant(examples.images), tf.constant(examples.labels)
