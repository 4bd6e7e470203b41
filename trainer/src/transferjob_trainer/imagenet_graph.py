"""The graph that EfficientNet V1 has with Keras' ImageNet weights, without those weights.

The builder adds its second Rescaling for the literal `weights="imagenet"` alone, which also loads (and downloads) the
weights: a file of the same weights given by path would get the other graph. So the layer is put into the plain one.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

_VARIANCES = (0.229, 0.224, 0.225)
"""What the builder calls standard deviations; the layer divides by their root, as the weights were trained with."""
RESCALING = "rescaling_1"


def imagenet_graph(plain: Any) -> Any:
    """The ImageNet variant of a plain EfficientNet V1, with the names of a first build in a fresh process."""
    import keras

    document = plain.get_config()
    layers = document["layers"]
    at = next(place for place, layer in enumerate(layers, 1) if layer["class_name"] == "Normalization")
    before, after = layers[at - 1], layers[at]
    extra = keras.layers.Rescaling([1 / sqrt(variance) for variance in _VARIANCES], name=RESCALING)
    inbound = after["inbound_nodes"]
    layers.insert(
        at,
        {
            "module": "keras.layers",
            "class_name": "Rescaling",
            "registered_name": None,
            "config": {**extra.get_config(), "dtype": before["config"]["dtype"]},
            "name": RESCALING,
            "inbound_nodes": inbound,
        },
    )
    after["inbound_nodes"] = [{"args": (_tensor_of(RESCALING, inbound),), "kwargs": {}}]
    return keras.Model.from_config(document)


def is_imagenet_graph(backbone: Any) -> bool:
    """Whether a backbone of either variant is the ImageNet variant."""
    return any(layer.name.startswith("rescaling") for layer in backbone.layers[3:])


def _tensor_of(name: str, inbound: list[Any]) -> dict[str, Any]:
    """The output of the layer of this name, which has the shape of what the inbound nodes name."""
    given = inbound[0]["args"][0]
    return {**given, "config": {**given["config"], "keras_history": [name, 0, 0]}}
