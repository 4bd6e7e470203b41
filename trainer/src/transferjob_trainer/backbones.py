"""Builds any of the 40 backbones without its own classifier."""

from __future__ import annotations

from typing import Any

from .contract.arguments import DEFAULT_DROP_CONNECT_RATE
from .contract.backbone import BackboneSpec
from .errors import InvalidSpec, WeightsUnavailable
from .imagenet_graph import imagenet_graph
from .precision import FLOAT32


def build_backbone(spec: BackboneSpec, height: int, width: int, policy: str = FLOAT32) -> Any:
    """The backbone for pictures of height x width x 3, with ImageNet weights where the spec says so, else random.

    Names of layers are those of a first build in a fresh process, whatever was built before. Layers that are made
    later compute by the same dtype policy, until the next backbone is built.

    Raises:
        WeightsUnavailable: ImageNet weights can be neither found nor downloaded.
        InvalidSpec: Keras refuses the size.
    """
    if spec.resolved_weights != "imagenet":
        return build_graph(spec, height, width, policy)
    _start(policy)
    try:
        backbone = _called(spec, height, width, weights="imagenet")
    except Exception as error:
        # A file that was damaged on its way is a ValueError like a wrong size: without weights only the size is left.
        build_graph(spec, height, width)
        raise WeightsUnavailable(
            f"the ImageNet weights of {spec.graph} are neither in the Keras cache nor to be downloaded"
            f" ({_first_line(error)}); give spec.backbone.weights a URI"
        ) from None
    return _with_drop_connect(spec, backbone)


def build_graph(spec: BackboneSpec, height: int, width: int, policy: str = FLOAT32) -> Any:
    """The backbone of the spec's variant with random weights, whatever the spec says of weights.

    Raises:
        InvalidSpec: Keras refuses the size.
    """
    _start(policy)
    try:
        backbone = _called(spec, height, width, weights=None)
    except ValueError as error:
        raise InvalidSpec(
            f"spec.input {height} x {width} cannot be used with {spec.graph}: {_first_line(error)}"
        ) from None
    if spec.resolved_variant == "imagenet":
        backbone = imagenet_graph(backbone)
    return _with_drop_connect(spec, backbone)


def _start(policy: str) -> None:
    import keras

    keras.utils.clear_session()
    keras.config.set_dtype_policy(policy)


def _called(spec: BackboneSpec, height: int, width: int, weights: str | None) -> Any:
    import keras

    builder = getattr(keras.applications, spec.name)
    arguments = (
        spec.arguments.model_dump(include={"alpha", "minimalistic"}, exclude_none=True) if spec.arguments else {}
    )
    return builder(include_top=False, weights=weights, input_shape=(height, width, 3), **arguments)


def _with_drop_connect(spec: BackboneSpec, backbone: Any) -> Any:
    """Sets the rates, which rise evenly with depth: the builders of keras.applications hand theirs on to nobody.

    A rate of 0 keeps its layers, so that the freeze count means the same whatever the rate.
    """
    rate = spec.arguments.drop_connect_rate if spec.arguments else None
    if rate is not None:
        for layer in backbone.layers:
            if type(layer).__name__ == "Dropout":
                layer.rate *= rate / DEFAULT_DROP_CONNECT_RATE
    return backbone


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
