"""The layers of the 40 backbones, and of their other widths, known without building them.

layers.json.gz is generated from the graphs (`make generate-backbones`), at each backbone's default size.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .arguments import builder_of
from .backbone_table import BACKBONES, Variant


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer of a backbone in a first build."""

    name: str
    kind: str
    """Class of the layer in Keras."""
    parameters: int
    work: int
    """Multiplications of its convolutions and dense parts for one picture of the default size."""
    crossing: int
    """Tensors that cross the cut behind this layer."""
    values: int
    """Numbers in them for one picture of the default size."""


def layer_table(graph: str, variant: Variant = "plain") -> tuple[LayerFacts, ...]:
    """The layers of a backbone in the order in which the freeze count takes them in.

    Args:
        graph: the builder with the arguments that shape its graph (`BackboneSpec.graph`).
        variant: which of the two graphs of EfficientNet V1.
    """
    layers, facts = _plain_tables()[graph], BACKBONES[builder_of(graph)]
    if facts.depth(variant) == facts.plain_depth:
        return layers
    return _with_imagenet_rescaling(layers)


def _with_imagenet_rescaling(layers: tuple[LayerFacts, ...]) -> tuple[LayerFacts, ...]:
    """EfficientNet V1 with ImageNet weights: a second Rescaling behind the Normalization."""
    at = next(place for place, layer in enumerate(layers, 1) if layer.kind == "Normalization")
    before = layers[at - 1]
    extra = LayerFacts("rescaling_1", "Rescaling", 0, 0, before.crossing, before.values)
    return (*layers[:at], extra, *layers[at:])


@cache
def _plain_tables() -> dict[str, tuple[LayerFacts, ...]]:
    document = json.loads(gzip.decompress(files(__package__).joinpath("layers.json.gz").read_bytes()))
    return {name: tuple(LayerFacts(*row) for row in rows) for name, rows in document.items()}
