"""The head: pooling, hidden layers, and the last Dense with softmax."""

from __future__ import annotations

from typing import Any

from .contract.head import HeadLayer, HeadSpec


def head_layers(head: HeadSpec, classes: int) -> list[Any]:
    """The layers on top of the backbone, in order."""
    import keras

    pooling = {
        "Average": keras.layers.GlobalAveragePooling2D,
        "Max": keras.layers.GlobalMaxPooling2D,
        "Flatten": keras.layers.Flatten,
    }[head.pooling](name="head_pooling")
    hidden = [_hidden(layer, number) for number, layer in enumerate(head.layers, 1)]
    # Probabilities stay in float32 whatever the precision of the rest.
    return [pooling, *hidden, keras.layers.Dense(classes, activation="softmax", dtype="float32", name="probabilities")]


def _hidden(layer: HeadLayer, number: int) -> Any:
    import keras

    if layer.dense is not None:
        return keras.layers.Dense(layer.dense.units, activation=layer.dense.activation, name=f"head_dense_{number}")
    assert layer.dropout is not None
    return keras.layers.Dropout(layer.dropout.rate, name=f"head_dropout_{number}")
