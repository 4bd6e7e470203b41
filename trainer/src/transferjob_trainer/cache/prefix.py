"""The frozen prefix as a function from raw pictures to the numbers that are kept, in inference mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.split import split_at
from ..network import Network
from ..preprocessing import preprocess
from ..train.batches import evaluation_batch
from .chunk import Arrays

Change = Callable[[Any, Any], Any]
"""From pictures, float32 [b, height, width, 3], and their rows, int64 [b], to what is seen of them."""


class Prefix:
    """Preprocessing, the layers in front of the cut and, behind a whole backbone, the head's pooling."""

    def __init__(
        self, network: Network, family: str, count: int, *, pooled: bool, change: Change | None = None
    ) -> None:
        """Makes the function.

        Args:
            network: the network whose layers are used, with the values they have whenever it is called.
            family: whose preprocessing the backbone expects.
            count: layers of the backbone in front of the cut.
            pooled: whether the head's pooling belongs to it.
            change: what is done to the pictures first. Default: nothing.
        """
        import keras
        import tensorflow as tf

        shape = network.model.input_shape[1:]
        split = split_at(network.backbone, count)
        pixels = keras.Input(shape, name="pixels")
        made = split.features(preprocess(pixels, family))
        if pooled:
            made = (network.model.get_layer("head_pooling")(made[0]),)
        self._model = keras.Model(pixels, list(made), name="features")
        self._batch = evaluation_batch(shape[0] * shape[1])
        self._change = change
        signature = [tf.TensorSpec([None, *shape], tf.uint8), tf.TensorSpec([None], tf.int64)]
        self._call = tf.function(self._features, input_signature=signature)

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The type of each tensor's numbers, as the precision made it."""
        return tuple(str(output.dtype) for output in self._model.outputs)

    def build(self) -> None:
        """Builds the graph by way of one black picture, so that the first real one does not pay for it."""
        import tensorflow as tf

        self._call(tf.zeros([1, *self._model.input_shape[1:]], tf.uint8), tf.zeros([1], tf.int64))

    @property
    def variables(self) -> list[Any]:
        """The Keras variables that the features depend on."""
        return list(self._model.weights)

    def __call__(self, pictures: NDArray[np.uint8], rows: range | None = None) -> Arrays:
        """The features of pictures [n, height, width, 3], one array a tensor; their rows matter where they change."""
        import tensorflow as tf

        numbers = np.arange(len(pictures)) + (rows.start if rows else 0)
        slices = [slice(start, start + self._batch) for start in range(0, len(pictures), self._batch)]
        parts = [self._call(tf.constant(pictures[part]), tf.constant(numbers[part])) for part in slices]
        return tuple(np.concatenate([part.numpy() for part in tensor]) for tensor in zip(*parts, strict=True))

    def _features(self, pictures: Any, rows: Any) -> tuple[Any, ...]:
        import tensorflow as tf

        seen = tf.cast(pictures, tf.float32)
        made = self._model(seen if self._change is None else self._change(seen, rows), training=False)
        return tuple(made) if isinstance(made, list | tuple) else (made,)
