"""Builds any of the 40 backbones without its own classifier."""

from __future__ import annotations

from typing import Any

from .contract.backbone import BackboneSpec
from .errors import InvalidSpec, WeightsUnavailable


def build_backbone(spec: BackboneSpec, height: int, width: int) -> Any:
    """The backbone for pictures of height x width x 3, with ImageNet weights where the spec says so, else random.

    Names of layers are those of a first build in a fresh process, whatever was built before.

    Raises:
        WeightsUnavailable: ImageNet weights can be neither found nor downloaded.
        InvalidSpec: Keras refuses the size.
    """
    import keras

    keras.utils.clear_session()
    builder = getattr(keras.applications, spec.name)
    imagenet = spec.resolved_weights == "imagenet"
    try:
        return builder(include_top=False, weights="imagenet" if imagenet else None, input_shape=(height, width, 3))
    except ValueError as error:
        raise InvalidSpec(
            f"spec.input {height} x {width} cannot be used with {spec.name}: {_first_line(error)}"
        ) from None
    except Exception as error:
        if not imagenet:
            raise
        raise WeightsUnavailable(
            f"the ImageNet weights of {spec.name} are neither in the Keras cache nor to be downloaded"
            f" ({_first_line(error)}); give spec.backbone.weights a URI"
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
