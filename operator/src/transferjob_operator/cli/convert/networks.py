"""A builder of keras.applications in a snippet, as a backbone with the layers of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transferjob_trainer.contract import BACKBONES, Variant
from transferjob_trainer.contract.arguments import ALPHAS, MINIMALISTIC_DEPTHS, BackboneArguments, graph_name
from transferjob_trainer.contract.layer_table import layer_table

from .values import Made, Net

if TYPE_CHECKING:
    from .reader import Reader

_POSITIONS = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")
_MOBILE = ("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights", "input_tensor", "pooling")
_POSITIONS_OF = {
    "MobileNet": _MOBILE,
    "MobileNetV2": ("input_shape", "alpha", "include_top", "weights", "input_tensor", "pooling"),
    **dict.fromkeys(
        MINIMALISTIC_DEPTHS,
        ("input_shape", "alpha", "minimalistic", "include_top", "weights", "input_tensor", "classes", "pooling"),
    ),
}


def make_net(reader: Reader, name: str, args: list[Any], options: dict[str, Any], line: int) -> Net:
    """The backbone, with a note on each argument that means something else than it seems to."""
    facts = BACKBONES[name]
    positions = _POSITIONS_OF.get(name, _POSITIONS)
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
    arguments = _arguments(name, options)
    net = Net(facts, variant, Made(name, (), options, line), with_top, arguments)
    net.layers = [
        Made(layer.kind, name=layer.name, parameters=layer.parameters, owner=net)
        for layer in layer_table(graph_name(name, arguments), variant)
    ]
    return net


def _arguments(name: str, options: dict[str, Any]) -> BackboneArguments | None:
    """Those of the builder's arguments that a manifest has too, with values that it may have."""
    alpha, minimalistic = options.get("alpha", 1.0), options.get("minimalistic", False)
    wide = float(alpha) if isinstance(alpha, int | float) and alpha in ALPHAS.get(name, ()) else 1.0
    small = minimalistic is True and name in MINIMALISTIC_DEPTHS
    if wide == 1 and not small:
        return None
    return BackboneArguments(alpha=None if wide == 1 else wide, minimalistic=small or None)
