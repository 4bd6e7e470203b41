"""One backbone with its layers numbered as the freeze count takes them in, and a line where a block ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import accumulate
from typing import Any

from transferjob_trainer.contract import BackboneFacts, Variant
from transferjob_trainer.contract.block_table import BlockTable, block_table
from transferjob_trainer.contract.layer_table import LayerFacts, layer_table

from .backbone_list import arguments_text, facts_document
from .columns import GAP, aligned

_TITLES = ("N", "LAYER", "KIND", "PARAMETERS", "WORK", "CUT")
_RIGHT = (True, False, False, True, True, True)
_LEFT_OUT_FIRST = ("PARAMETERS", "KIND", "CUT")
_NOTES = """\
freeze: {layers: N} freezes through that line, as freeze: {upTo: LAYER} does.
WORK: share of the forward work in the first N layers.
CUT: tensors that cross there; the end of a block needs the fewest."""


def backbone_page(facts: BackboneFacts, variant: Variant, width: int | None) -> str:
    """The page for a terminal of `width` characters; None: as wide as it gets."""
    layers, table = layer_table(facts.name, variant), block_table(facts.name, variant)
    rows = [_TITLES, *_cells(layers)]
    lines = aligned(*_fitting(rows, width))
    body = [lines[0]]
    for number, line in enumerate(lines[1:], 1):
        body += [line, *_end(number, table)]
    return "\n".join([_head(facts, variant), _NOTES, "", *body])


def backbone_document(facts: BackboneFacts, variant: Variant) -> dict[str, Any]:
    """The same for machines."""
    table = block_table(facts.name, variant)
    return {
        **facts_document(facts),
        "variant": variant,
        "blockEnds": table.blocks,
        "stageEnds": list(table.stages),
        "layerList": [asdict(layer) for layer in layer_table(facts.name, variant)],
    }


def _head(facts: BackboneFacts, variant: Variant) -> str:
    known = facts_document(facts)
    of_variant = f" ({variant} variant)" if facts.imagenet_depth > facts.plain_depth else ""
    return (
        f"{facts.name}{of_variant}: {facts.depth(variant)} layers, {known['blocks']} blocks, {known['stages']} stages\n"
        f"{known['parameters']:,} parameters, {known['multiplications'] / 1e9:.2f} billion multiplications"
        f" at {facts.default_side} x {facts.default_side}\n"
        f"Input: {facts.default_side} x {facts.default_side} by default,"
        f" {facts.minimum_side} x {facts.minimum_side} at least\n"
        f"Arguments: {arguments_text(facts.name)}"
    )


def _cells(layers: Sequence[LayerFacts]) -> Iterator[tuple[str, ...]]:
    total = sum(layer.work for layer in layers)
    done = accumulate(layer.work for layer in layers)
    for number, (layer, work) in enumerate(zip(layers, done, strict=True), 1):
        parameters = f"{layer.parameters:,}" if layer.parameters else ""
        yield str(number), layer.name, layer.kind, parameters, f"{work / total:.0%}", str(layer.crossing)


def _end(number: int, table: BlockTable) -> list[str]:
    """The line below a block's last layer."""
    block = table.block_at(number)
    if block is None:
        return []
    forms = [f"{{blocks: {list(table.blocks).index(block) + 1}}}"]
    if number in table.stages:
        forms.append(f"{{stages: {table.stages.index(number) + 1}}}")
    return [f"---- end of {block}: freeze: {' or '.join(forms)}"]


def _fitting(rows: list[tuple[str, ...]], width: int | None) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Without the columns that matter least, until the rest fits; with the side on which each column is flush."""
    shown = list(range(len(_TITLES)))
    for title in (None, *_LEFT_OUT_FIRST):
        shown = [place for place in shown if _TITLES[place] != title]
        widths = [max(len(row[place]) for row in rows) for place in shown]
        if width is None or sum(widths) + len(GAP) * (len(shown) - 1) <= width:
            break
    return [tuple(row[place] for place in shown) for row in rows], [_RIGHT[place] for place in shown]
