"""What training is fed with. A feed says what a step sees; that is the same at every attempt, wherever it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..contract.training import AugmentationSpec
from ..data import Examples
from ..distribute.share import WHOLE, Share, measuring_batches, training_batches
from .augment import Augmenter
from .augment.mix import mixed_labels
from .batches import evaluation_batch, index_batches, steps_per_epoch


class Feed(Protocol):
    """Batches for a learner.

    The elements of both datasets are (inputs, labels, weights): a tuple of what the learner reads, each [b, ...];
    int32 [b], or float32 [b, classes] shares where pictures are mixed; float32 [b] weights in the loss. With several
    workers each element holds this one's rows of the batch, and the first dataset has a fourth part: which of them
    count, float32 [b].
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
        """A tf.data dataset of the examples to measure on, once, with weights of one; zero for a row that does not
        count."""


@dataclass(frozen=True, slots=True)
class Order:
    """Batch size and seed: with the epoch they decide which example is seen when, and the share by which worker."""

    batch_size: int
    seed: int
    share: Share = WHOLE


class ImageFeed:
    """Decoded pictures from memory: inputs are float32 [b, height, width, 3], RGB, 0 to 255."""

    def __init__(
        self,
        train: Examples,
        validation: Examples,
        order: Order,
        *,
        weights: npt.NDArray[np.float32] | None = None,
        augmentation: AugmentationSpec | None = None,
        classes: int = 0,
    ) -> None:
        """Makes a feed.

        Args:
            train: pictures to train on.
            validation: pictures to measure on.
            order: decides what is seen when.
            weights: weight of each training picture in the loss, float32 [n]. Default: ones.
            augmentation: random changes of the training pictures.
            classes: number of classes, for the labels of mixed pictures.
        """
        import tensorflow as tf

        self._order, self._classes = order, classes
        self._augmenter = Augmenter(augmentation, order.seed) if augmentation else None
        self.examples = len(train)
        self.steps = steps_per_epoch(self.examples, order.batch_size)
        # On the host: a GPU's memory is for the model.
        with tf.device("CPU:0"):
            self._train = tf.constant(train.images), tf.constant(train.labels)
            self._weights = tf.ones(self.examples) if weights is None else tf.constant(weights)
            self._validation = tf.constant(validation.images), tf.constant(validation.labels)

    def training(self, epoch: int, first_step: int) -> Any:
        """See Feed."""
        import tensorflow as tf

        order = self._order
        batches = index_batches(self.examples, order.batch_size, seed=order.seed, epoch=epoch, first_step=first_step)
        return training_batches(batches, self._batch, order.share).prefetch(tf.data.AUTOTUNE)

    def validation(self) -> Any:
        """See Feed."""
        import tensorflow as tf

        images, labels = self._validation

        def gather(own: Any) -> tuple[tuple[Any], Any, Any]:
            return (tf.cast(tf.gather(images, own), tf.float32),), tf.gather(labels, own), tf.ones(tf.size(own))

        size = max(self._order.batch_size, evaluation_batch(images.shape[1] * images.shape[2]))
        batches = tf.data.Dataset.range(len(labels)).batch(size)
        return measuring_batches(batches, gather, self._order.share).prefetch(tf.data.AUTOTUNE)

    def _batch(self, epoch: Any, own: Any, following: Any) -> tuple[tuple[Any], Any, Any]:
        import tensorflow as tf

        labels, weights = tf.gather(self._train[1], own), tf.gather(self._weights, own)
        if self._augmenter is None:
            return (self._pictures(own),), labels, weights
        if not self._augmenter.mixes:
            return (self._augmenter.changed(epoch, own, self._pictures(own)),), labels, weights
        # Each picture's partner is the next one of the epoch: one more picture serves the whole batch.
        both = tf.concat([own, following[-1:]], axis=0)
        changed = self._augmenter.changed(epoch, both, self._pictures(both))
        mixed, share = self._augmenter.mixed(epoch, own, changed[:-1], changed[1:])
        others = tf.gather(self._train[1], following)
        shares = mixed_labels(labels, others, share, self._classes)
        return (mixed,), shares, share * weights + (1 - share) * tf.gather(self._weights, following)

    def _pictures(self, examples: Any) -> Any:
        import tensorflow as tf

        return tf.cast(tf.gather(self._train[0], examples), tf.float32)
