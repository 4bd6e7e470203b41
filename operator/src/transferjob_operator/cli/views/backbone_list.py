"""All backbones, a line each, as wide as 80 columns allow."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract import BACKBONES, BackboneFacts
from transferjob_trainer.contract.arguments import ALPHAS, MINIMALISTIC_DEPTHS, arguments_of
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.layer_table import layer_table

from .columns import aligned

_TITLES = ("NAME", "LAYERS", "BLOCKS", "STAGES", "PARAMETERS", "GMAC", "SIDE", "MINIMUM")
_NOTES = """\
LAYERS counts as freeze.layers does: without a head, the input layer included.
+1: one layer more with Keras' ImageNet weights. GMAC: billions of
multiplications for one picture of SIDE x SIDE pixels, the default.
MINIMUM: the smallest side. Layers of one: transferjob backbones ResNet50"""


def backbone_list() -> str:
    """The table with what its columns mean."""
    rows = [_TITLES, *(_cells(facts) for facts in BACKBONES.values())]
    return "\n".join([*aligned(rows, [False, *[True] * (len(_TITLES) - 1)]), "", _NOTES])


def list_document() -> list[dict[str, Any]]:
    """The same for machines."""
    return [facts_document(facts) for facts in BACKBONES.values()]


def facts_document(facts: BackboneFacts) -> dict[str, Any]:
    """One backbone in camelCase."""
    layers, table = layer_table(facts.name), block_table(facts.name)
    return {
        "name": facts.name,
        "family": facts.family,
        "layers": {"plain": facts.plain_depth, "imagenet": facts.imagenet_depth},
        "blocks": len(table.blocks),
        "stages": len(table.stages),
        "parameters": sum(layer.parameters for layer in layers),
        "multiplications": sum(layer.work for layer in layers),
        "defaultSide": facts.default_side,
        "minimumSide": facts.minimum_side,
        "arguments": arguments_of(facts.name),
    }


def arguments_text(name: str) -> str:
    """The arguments of a builder with the values that they may have."""
    said = {
        "alpha": ", ".join(f"{value:g}" for value in ALPHAS.get(name, ())),
        "minimalistic": f"true: {MINIMALISTIC_DEPTHS.get(name)} layers",
        "dropConnectRate": "0 to less than 1",
    }
    return "; ".join(f"{argument} ({said[argument]})" for argument in arguments_of(name)) or "none"


def _cells(facts: BackboneFacts) -> tuple[str, ...]:
    document = facts_document(facts)
    more = "+1" if facts.imagenet_depth > facts.plain_depth else "  "
    return (
        facts.name,
        f"{facts.plain_depth}{more}",
        str(document["blocks"]),
        str(document["stages"]),
        f"{document['parameters']:,}",
        f"{document['multiplications'] / 1e9:.2f}",
        str(facts.default_side),
        str(facts.minimum_side),
    )
