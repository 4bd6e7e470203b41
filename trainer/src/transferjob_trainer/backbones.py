"""Builds any of the 40 backbones without its own classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .contract.backbone import BackboneSpec
from .errors import InvalidSpec, WeightsUnavailable
from .precision import FLOAT32


def build_backbone(spec: BackboneSpec, height: int, width: int, policy: str = FLOAT32) -> Any:
    """The backbone for pictures of height x width x 3, with ImageNet weights where the spec says so, else random.

    Names of layers are those of a first build in a fresh process, whatever was built before. Layers that are made
    later compute by the same dtype policy, until the next backbone is built.

    Raises:
        WeightsUnavailable: ImageNet weights can be neither found nor downloaded.
        InvalidSpec: Keras refuses the size.
    """
    import keras

    keras.utils.clear_session()
    keras.config.set_dtype_policy(policy)
    builder = getattr(keras.applications, spec.name)
    shape = (height, width, 3)
    if spec.resolved_weights != "imagenet":
        return _with_random_weights(builder, spec.name, shape)
    try:
        return builder(include_top=False, weights="imagenet", input_shape=shape)
    except Exception as error:
        # A file that was damaged on its way is a ValueError like a wrong size: without weights only the size is left.
        _with_random_weights(builder, spec.name, shape)
        raise WeightsUnavailable(
            f"the ImageNet weights of {spec.name} are neither in the Keras cache nor to be downloaded"
            f" ({_first_line(error)}); give spec.backbone.weights a URI"
        ) from None


def _with_random_weights(builder: Callable[..., Any], name: str, shape: tuple[int, int, int]) -> Any:
    try:
        return builder(include_top=False, weights=None, input_shape=shape)
    except ValueError as error:
        raise InvalidSpec(
            f"spec.input {shape[0]} x {shape[1]} cannot be used with {name}: {_first_line(error)}"
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
