"""Arguments of the builders: which builder has which, with what values, and what they make of its graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from .backbone_table import BACKBONES
from .base import Document, field_name
from .near import near_hint

BackboneGraph = Annotated[str, StringConstraints(max_length=64)]
_V3 = ("MobileNetV3Small", "MobileNetV3Large")
ALPHAS: dict[str, tuple[float, ...]] = {
    "MobileNet": (0.25, 0.5, 0.75, 1.0),
    "MobileNetV2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    **dict.fromkeys(_V3, (0.75, 1.0)),
}
"""Widths by builder: those that Keras has ImageNet weights for. Every one has its rows in the tables of layers and
blocks; others change the number of layers here and there (MobileNetV3Large has 186 at 0.5, 187 at 0.75)."""
MINIMALISTIC_DEPTHS = {"MobileNetV3Small": 103, "MobileNetV3Large": 139}
"""Layers of the minimalistic form, by the builders that have one."""
DROP_CONNECT = tuple(name for name, facts in BACKBONES.items() if facts.family.startswith("efficientnet"))
"""Builders that drop whole branches at random in training."""
DEFAULT_DROP_CONNECT_RATE = 0.2


class BackboneArguments(Document):
    """Arguments of the builder, such as MobileNet's alpha. Each is of some backbones alone
    (docs/reference/backbones.md)."""

    alpha: float | None = None
    """Width of MobileNet (0.25, 0.5, 0.75, 1), MobileNetV2 (0.35, 0.5, 0.75, 1, 1.3, 1.4) and MobileNetV3 (0.75, 1):
    all layers have this share of their channels. Default 1."""
    minimalistic: bool | None = None
    """MobileNetV3 without squeeze-and-excitation, hard-swish and 5x5 convolutions; it has fewer layers (Small 103,
    Large 139). Default false."""
    drop_connect_rate: Annotated[float, Field(ge=0, lt=1)] | None = None
    """EfficientNet: chance in training that a block's branch is left out, rising from 0 in the first block to this
    behind the last. Off in frozen layers, and in inference. Default 0.2."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        known = [field_name(name) for name in cls.model_fields]
        for name in given if isinstance(given, Mapping) else ():
            if name not in known and name not in cls.model_fields:
                hint = near_hint(field_name(str(name)), known)
                raise ValueError(f"has no argument {str(name)[:60]!r}{hint}; there are {', '.join(known)}")
        return given

    def given(self) -> list[str]:
        """Names of the arguments that are given, as the manifest spells them."""
        return list(self.model_dump(by_alias=True, exclude_none=True))


def arguments_of(name: str) -> list[str]:
    """Arguments that a builder has, as the manifest spells them."""
    owners: dict[str, Collection[str]] = {
        "alpha": ALPHAS,
        "minimalistic": MINIMALISTIC_DEPTHS,
        "dropConnectRate": DROP_CONNECT,
    }
    return [argument for argument, builders in owners.items() if name in builders]


def wrong_argument(name: str, arguments: BackboneArguments) -> str | None:
    """What is wrong with the arguments for this builder, in words that follow the field's name; None: nothing."""
    own = arguments_of(name)
    for argument in arguments.given():
        if argument not in own:
            has = f"it has {', '.join(own)}" if own else "it has none"
            return f"arguments.{argument} is no argument of {name}; {has}"
    if arguments.alpha is not None and arguments.alpha not in ALPHAS[name]:
        values = ", ".join(f"{value:g}" for value in ALPHAS[name])
        return f"arguments.alpha of {name} must be one of {values}, got {arguments.alpha:g}"
    return None


def graph_name(name: str, arguments: BackboneArguments | None) -> str:
    """Builder and the arguments that shape its graph, e.g. `MobileNetV2 alpha=0.5`; the key of the tables."""
    if arguments is None:
        return name
    alpha = "" if arguments.alpha in (None, 1.0) else f" alpha={arguments.alpha:g}"
    return f"{name}{alpha}{' minimalistic' if arguments.minimalistic else ''}"


def builder_of(graph: str) -> str:
    """The builder in a graph's name."""
    return graph.partition(" ")[0]


def graphs() -> dict[str, tuple[str, BackboneArguments | None]]:
    """Every graph that the tables have, by its name, with builder and arguments."""
    found: dict[str, tuple[str, BackboneArguments | None]] = {name: (name, None) for name in BACKBONES}
    for name, values in ALPHAS.items():
        for minimalistic in (None, True) if name in MINIMALISTIC_DEPTHS else (None,):
            for alpha in values:
                arguments = BackboneArguments(alpha=alpha, minimalistic=minimalistic)
                found.setdefault(graph_name(name, arguments), (name, arguments))
    return found


def has_imagenet_weights(arguments: BackboneArguments | None) -> bool:
    """Whether Keras has ImageNet weights for them: of the minimalistic MobileNetV3 at width 1 alone."""
    return arguments is None or not (arguments.minimalistic and arguments.alpha not in (None, 1.0))
