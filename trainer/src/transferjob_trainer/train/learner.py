"""What is trained: from a feed's inputs to logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..batch_norm import batch_norms
from ..freezing import moves_statistics


class Learner:
    """A body and the last Dense of the head, which it computes without its softmax.

    A softmax that is undone by the loss loses what it rounded; so the loss gets logits, in float32 whatever the
    precision of the body.
    """

    def __init__(self, body: Any, last: Any) -> None:
        """Makes a learner.

        Args:
            body: Keras model from the feed's inputs, in their order, to what `last` reads.
            last: the Dense layer that gives the classes' probabilities.
        """
        self._body, self._last = body, last

    @property
    def trained(self) -> list[Any]:
        """The Keras variables that learn, as the layers' `trainable` stands now."""
        return [*self._body.trainable_variables, *self._last.trainable_variables]

    @property
    def statistics(self) -> list[Any]:
        """The Keras variables that training moves without a gradient: moving statistics of the BatchNorms that run with
        those of the batch."""
        learning = [layer for layer in batch_norms(self._body._flatten_layers()) if moves_statistics(layer)]
        return [variable for layer in learning for variable in (layer.moving_mean, layer.moving_variance)]

    @property
    def draws(self) -> list[Any]:
        """The Keras variables that random layers count their draws in."""
        return [v for v in self._body.non_trainable_variables if v.path.endswith("seed_generator_state")]

    def logits(self, inputs: Sequence[Any], *, training: bool) -> Any:
        """float32 [b, classes] for the feed's inputs."""
        import tensorflow as tf

        features = self._body(list(inputs) if len(inputs) > 1 else inputs[0], training=training)
        # The product in float32, so that a low precision of the body ends before the loss.
        kernel, bias = self._last.kernel, self._last.bias
        return tf.matmul(tf.cast(features, tf.float32), tf.convert_to_tensor(kernel)) + tf.convert_to_tensor(bias)


def whole_learner(model: Any) -> Learner:
    """The learner that reads pictures: the whole network, from raw pixels on."""
    import keras

    last, features = last_layer(model)
    return Learner(keras.Model(model.inputs, features, name="body"), last)


def last_layer(model: Any) -> tuple[Any, Any]:
    """The layer that makes the model's output, and the Keras tensor that it reads in this model."""
    made = model.outputs[0]._keras_history
    return made.operation, made.operation._inbound_nodes[made.node_index].input_tensors[0]
