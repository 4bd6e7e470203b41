"""What training is fed with. A feed says what a step sees; that is the same at every attempt, wherever it begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..contract.training import AugmentationSpec
from ..data import Examples
from ..distribute.share import WHOLE, Share, measured_part, trained_part
from .augment import Augmenter
from .augment.mix import mixed_labels
from .batches import evaluation_batch, index_batches, steps_per_epoch


class Feed(Protocol):
    """Batches for a learner, by iterators whose `get_next` a compiled function can call.

    The elements of both kinds are (inputs, labels, weights): a tuple of what the learner reads, each [b, ...];
    int32 [b], or float32 [b, classes] shares where pictures are mixed; float32 [b] weights in the loss. With several
    workers each element holds this one's rows of the batch, and those to train on have a fourth part: which of them
    count, float32 [b].
    """

    examples: int
    """Examples of an epoch."""
    steps: int
    """Steps of an epoch."""
    measured_steps: int
    """Batches of the examples to measure on."""

    def training(self, epoch: int, first_step: int) -> Any:
        """Endless: epoch `epoch` (from 1) without its first `first_step` steps, then the next ones.

        Order and augmentation are functions of (seed, epoch, example).
        """

    def validation(self) -> Any:
        """The examples to measure on, from the first one at each `iter`, with weights of one; zero for a row that does
        not count."""


@dataclass(frozen=True, slots=True)
class Order:
    """Batch size and seed: with the epoch they decide which example is seen when, and the share by which worker."""

    batch_size: int
    seed: int
    share: Share = WHOLE


@dataclass(frozen=True, slots=True)
class Views:
    """Which changed views of the training pictures there are."""

    count: int
    """Views of each picture, shown in turn by the epochs; 0: as many as there are epochs."""
    numbers: npt.NDArray[np.int64]
    """The number of each training picture, by which it is changed: the same whatever the split is."""

    def of_epoch(self, epoch: Any) -> Any:
        """The view that an epoch shows, both from 1."""
        return (epoch - 1) % self.count + 1 if self.count else epoch


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
        views: Views | None = None,
        classes: int = 0,
    ) -> None:
        """Makes a feed.

        Args:
            train: pictures to train on.
            validation: pictures to measure on.
            order: decides what is seen when.
            weights: weight of each training picture in the loss, float32 [n]. Default: ones.
            augmentation: random changes of the training pictures.
            views: how many changed views of each there are. Default: new ones in every epoch.
            classes: number of classes, for the labels of mixed pictures.
        """
        import tensorflow as tf

        self._order, self._classes = order, classes
        self._augmenter = Augmenter(augmentation, order.seed) if augmentation else None
        self._views = views or Views(0, np.arange(len(train)))
        self.examples = len(train)
        self.steps = steps_per_epoch(self.examples, order.batch_size)
        height, width = validation.images.shape[1:3]
        self._measured = max(order.batch_size, evaluation_batch(height * width))
        self.measured_steps = steps_per_epoch(len(validation), self._measured)
        # On the host: a GPU's memory is for the model.
        with tf.device("CPU:0"):
            self._train = tf.constant(train.images), tf.constant(train.labels)
            self._numbers = tf.constant(self._views.numbers)
            self._weights = tf.ones(self.examples) if weights is None else tf.constant(weights)
            self._validation = tf.constant(validation.images), tf.constant(validation.labels)

    def training(self, epoch: int, first_step: int) -> Any:
        """See Feed."""
        import tensorflow as tf

        order = self._order
        batches = index_batches(self.examples, order.batch_size, seed=order.seed, epoch=epoch, first_step=first_step)

        def part(epoch: Any, own: Any, following: Any) -> tuple[Any, ...]:
            return trained_part(partial(self._batch, epoch), order.share)(own, following)

        return batches.map(part, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def validation(self) -> Any:
        """See Feed."""
        return self._validation_batches

    @cached_property
    def _validation_batches(self) -> Any:
        import tensorflow as tf

        images, labels = self._validation

        def gather(own: Any) -> tuple[tuple[Any], Any, Any]:
            return (tf.cast(tf.gather(images, own), tf.float32),), tf.gather(labels, own), tf.ones(tf.size(own))

        batches = tf.data.Dataset.range(len(labels)).batch(self._measured)
        part = measured_part(gather, self._order.share)
        return batches.map(part, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def _batch(self, epoch: Any, own: Any, following: Any) -> tuple[tuple[Any], Any, Any]:
        import tensorflow as tf

        labels, weights = tf.gather(self._train[1], own), tf.gather(self._weights, own)
        if self._augmenter is None:
            return (self._pictures(own),), labels, weights
        if not self._augmenter.mixes:
            view, numbers = self._views.of_epoch(epoch), tf.gather(self._numbers, own)
            return (self._augmenter.changed(view, numbers, self._pictures(own)),), labels, weights
        # Each picture's partner is the next one of the epoch: one more picture serves the whole batch.
        both = tf.concat([own, following[-1:]], axis=0)
        changed = self._augmenter.changed(epoch, tf.gather(self._numbers, both), self._pictures(both))
        mixed, share = self._augmenter.mixed(epoch, tf.gather(self._numbers, own), changed[:-1], changed[1:])
        others = tf.gather(self._train[1], following)
        shares = mixed_labels(labels, others, share, self._classes)
        return (mixed,), shares, share * weights + (1 - share) * tf.gather(self._weights, following)

    def _pictures(self, examples: Any) -> Any:
        import tensorflow as tf

        return tf.cast(tf.gather(self._train[0], examples), tf.float32)
