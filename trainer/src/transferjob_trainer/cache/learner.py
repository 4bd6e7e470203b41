"""The rest of the network as a learner: from kept features, through what lies behind the cut, to logits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.split import split_at
from ..network import Network
from ..train.learner import Learner, last_layer


def cached_learner(network: Network, count: int, *, pooled: bool) -> Learner:
    """The learner over the features of the first `count` layers; `pooled`: over those behind the head's pooling."""
    import keras

    last, _ = last_layer(network.model)
    split = split_at(network.backbone, count)
    if pooled:
        vector = network.model.get_layer("head_pooling").output
        inputs = [keras.Input(vector.shape[1:], dtype=vector.dtype, name="pooled")]
        made = inputs[0]
    else:
        inputs = [
            keras.Input(crossing.shape, dtype=crossing.dtype, name=f"feature_{index}")
            for index, crossing in enumerate(split.crossing)
        ]
        made = inputs[0] if split.tail is None else split.tail(inputs)
    for layer in _head(network)[1 if pooled else 0 :]:
        if layer is not last:
            made = layer(made)
    return Learner(keras.Model(inputs if len(inputs) > 1 else inputs[0], made, name="body"), last)


def probabilities(learner: Learner, batches: Any, between: Callable[[], None]) -> Any:
    """The classes' probabilities over a dataset of a feed, in inference mode, float32 [n, classes]; calls `between`
    after each batch."""
    import numpy as np
    import tensorflow as tf

    answer = tf.function(lambda inputs: tf.nn.softmax(learner.logits(inputs, training=False)))
    parts = []
    for inputs, _labels, _weights in batches:
        parts.append(answer(inputs).numpy())
        between()
    return np.concatenate(parts)


def _head(network: Network) -> list[Any]:
    layers: list[Any] = network.model.layers
    return layers[layers.index(network.backbone) + 1 :]
