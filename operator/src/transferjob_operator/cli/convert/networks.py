"""A builder of keras.applications in a snippet, as a backbone with the layers of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transferjob_trainer.contract import BACKBONES, Variant
from transferjob_trainer.contract.layer_table import layer_table

from .values import Made, Net

if TYPE_CHECKING:
    from .reader import Reader

_POSITIONS = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")
_MOBILE = ("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights", "input_tensor", "pooling")


def make_net(reader: Reader, name: str, args: list[Any], options: dict[str, Any], line: int) -> Net:
    """The backbone, with a note on each argument that means something else than it seems to."""
    facts = BACKBONES[name]
    positions = _MOBILE if name == "MobileNet" else _POSITIONS
    options = dict(zip(positions, args, strict=False)) | options
    with_top = options.get("include_top", True) is not False
    if with_top:
        reader.note(
            line, "include_top is left True; the manifest leaves ImageNet's classifier out and has its own head"
        )
    if "classes" in options:
        ignored = "with include_top=False Keras ignores it" if not with_top else "that is of ImageNet's classifier"
        reader.note(line, f"classes= says nothing: {ignored}; the dataset has the number of classes")
    variant: Variant = "imagenet" if options.get("weights", "imagenet") == "imagenet" else "plain"
    net = Net(facts, variant, Made(name, (), options, line), with_top)
    net.layers = [
        Made(layer.kind, name=layer.name, parameters=layer.parameters, owner=net)
        for layer in layer_table(name, variant)
    ]
    return net
