"""The layers around the backbone as spec.head and augmentation; each that the manifest cannot say is named."""

from __future__ import annotations

from typing import Any

from .recipe import Recipe, is_count
from .values import Made

_POOLING = {
    "GlobalAveragePooling2D": "Average", "GlobalAvgPool2D": "Average", "GlobalMaxPooling2D": "Max",
    "GlobalMaxPool2D": "Max", "Flatten": "Flatten", "avg": "Average", "max": "Max",
}  # fmt: skip
_ACTIVATIONS = ("relu", "gelu", "silu", "tanh", "elu", "sigmoid", "linear")
_SAME = {"swish": "silu", "ReLU": "relu", "Softmax": "softmax", None: "linear"}
_DROPPED = {
    "Rescaling": "is left out: the backbone's own preprocessing is part of the model",
    "Normalization": "is left out: the backbone's own preprocessing is part of the model",
    "Resizing": "is left out: spec.input has the size",
    "BatchNormalization": "is left out: the head takes Dense and Dropout alone",
}


def read_head(recipe: Recipe) -> None:
    """Writes spec.head."""
    behind = recipe.model.parts[recipe.model.parts.index(recipe.net) + 1 :]
    layers = [part for part in behind if isinstance(part, Made)]
    _pooling(recipe, layers)
    last = max((place for place, layer in enumerate(layers) if layer.kind == "Dense"), default=None)
    hidden = layers if last is None else layers[:last]
    entries = [entry for layer in _merged(hidden) if (entry := _entry(recipe, layer)) is not None]
    if entries:
        recipe.put("head.layers", entries, "hidden layers; the last Dense with softmax is always added")
    if last is not None:
        _classes(recipe, layers[last], layers[last + 1 :])


def _pooling(recipe: Recipe, layers: list[Made]) -> None:
    made = next((layer for layer in layers if layer.kind in _POOLING), None)
    argument = recipe.net.made.option("pooling")
    if made is not None and not (argument in _POOLING and made.kind == "Flatten"):
        recipe.put("head.pooling", _POOLING[made.kind], made.kind, made.line)
    elif argument in _POOLING:
        recipe.put("head.pooling", _POOLING[argument], f"pooling={argument!r}", recipe.net.made.line)


def _merged(layers: list[Made]) -> list[Made]:
    """Activations that stand on their own go to the Dense before them."""
    merged: list[Made] = []
    for layer in layers:
        if layer.kind in ("Activation", "ReLU") and merged and merged[-1].kind == "Dense":
            name = layer.option("activation", at=0) if layer.kind == "Activation" else "relu"
            merged[-1].options["activation"] = name
        elif layer.kind not in _POOLING:
            merged.append(layer)
    return merged


def _entry(recipe: Recipe, layer: Made) -> dict[str, Any] | None:
    if layer.kind == "Dense":
        return _dense(recipe, layer)
    if layer.kind == "Dropout":
        return _dropout(recipe, layer)
    recipe.reader.miss(
        layer.line,
        f"{layer.kind} {_DROPPED.get(layer.kind, 'in the head is left out: the head takes Dense and Dropout alone')}",
    )
    return None


def _dense(recipe: Recipe, layer: Made) -> dict[str, Any] | None:
    units = recipe.known(_units(recipe, layer), is_count, layer.line, "the size of a hidden Dense layer")
    if units is None:
        recipe.reader.miss(layer.line, "a hidden Dense layer is left out")
        return None
    for option in ("kernel_regularizer", "bias_regularizer", "activity_regularizer"):
        if layer.option(option) is not None:
            recipe.reader.miss(layer.line, f"{option} is left out; training.optimizer.weightDecay comes near it")
    return {"dense": {"units": units, "activation": _activation(recipe, layer)}}


def _activation(recipe: Recipe, layer: Made) -> str:
    given = layer.option("activation", at=1)
    name = getattr(given, "name", given)  # tf.nn.relu is relu
    name = _SAME.get(name, name)
    if name in _ACTIVATIONS:
        return str(name)
    recipe.reader.miss(layer.line, f"the activation {name!r} is not among {', '.join(_ACTIVATIONS)}; relu is written")
    return "relu"


def _units(recipe: Recipe, layer: Made) -> Any:
    if "output_dim" in layer.options:
        recipe.reader.note(layer.line, "Dense(output_dim=...) is no longer taken by Keras; it is units now")
    return layer.option("units", "output_dim", at=0)


def _dropout(recipe: Recipe, layer: Made) -> dict[str, Any] | None:
    if "p" in layer.options:
        recipe.reader.note(layer.line, "Dropout(p=...) is no longer taken by Keras; it is rate now")
    rate = layer.option("rate", "p", at=0)
    if isinstance(rate, int | float) and 0 <= rate < 1:
        return {"dropout": {"rate": rate}}
    recipe.reader.miss(layer.line, f"a Dropout with the rate {rate!r} is left out")
    return None


def _classes(recipe: Recipe, layer: Made, behind: list[Made]) -> None:
    """The classifier itself: its size is checked against the dataset."""
    units = _units(recipe, layer)
    given = layer.option("activation", at=1)
    activation = getattr(given, "name", given)
    if units == 1:
        recipe.put("head.classes", 2, "one output with sigmoid is two classes with softmax here", layer.line)
    elif is_count(units):
        recipe.put("head.classes", units, "checked against the dataset", layer.line)
        if activation == "sigmoid":
            recipe.reader.miss(layer.line, "several outputs with sigmoid (many labels a picture) are not supported;"
                               " softmax is used: one class a picture")  # fmt: skip
    for extra in behind:
        if extra.kind not in ("Activation", "Softmax"):
            recipe.reader.miss(extra.line, f"{extra.kind} behind the last Dense is left out")
