"""Writes the tables of layers, blocks and stages into the contract: `python -m transferjob_trainer.graph.tables`.

Builds each of the 40 backbones, and their other widths, at the default size, which takes a few minutes. Also asks Keras
for its files of ImageNet weights.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ..backbones import build_graph
from ..contract.arguments import graphs
from ..contract.backbone import BackboneSpec
from ..contract.backbone_table import BACKBONES
from ..contract.block_table import BlockTable
from ..contract.layer_table import LayerFacts
from ..tensorflow_setup import prepare_environment
from .blocks import find_blocks
from .crossing import crossing_shapes
from .imagenet_files import asked_files, write_files
from .work import layer_work, parameters

FOLDER = Path(__file__).parents[1] / "contract"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the tables say of one backbone."""

    layers: tuple[LayerFacts, ...]
    blocks: BlockTable


def table_entry(graph: str) -> Entry:
    """The entry of a backbone, from its plain graph at its default size."""
    name, arguments = graphs()[graph]
    facts = BACKBONES[name]
    spec = BackboneSpec(name=name, weights="none", arguments=arguments)
    backbone = build_graph(spec, facts.default_side, facts.default_side)
    return Entry(_layers(backbone), find_blocks(backbone, facts.family))


def write_tables(entries: Mapping[str, Entry], folder: Path) -> None:
    """Writes both files. The packed one is left alone when its content is the same: packers differ in bytes."""
    rows = {name: [astuple(layer) for layer in entry.layers] for name, entry in entries.items()}
    content = json.dumps(rows, separators=(",", ":")).encode()
    packed = folder / "layers.json.gz"
    if not packed.exists() or gzip.decompress(packed.read_bytes()) != content:
        packed.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    (folder / "blocks.json").write_text(_block_lines(entries))


def _layers(backbone: Any) -> tuple[LayerFacts, ...]:
    shapes, work = crossing_shapes(backbone), layer_work(backbone)
    return tuple(
        LayerFacts(layer.name, type(layer).__name__, parameters(layer), work[place], *_crossing(shapes[place + 1]))
        for place, layer in enumerate(backbone.layers)
    )


def _crossing(crossing: tuple[Any, ...]) -> tuple[int, int]:
    return len(crossing), sum(one.values for one in crossing)


def _block_lines(entries: Mapping[str, Entry]) -> str:
    """JSON with one line a backbone, so that a change shows where it is."""
    lines = (
        f"{json.dumps(name)}: {json.dumps({'blocks': entry.blocks.blocks, 'stages': list(entry.blocks.stages)})}"
        for name, entry in entries.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    """Writes the tables into the checkout."""
    prepare_environment()
    entries = {}
    for name in graphs():
        entries[name] = table_entry(name)
        print(f"{name}: {len(entries[name].layers)} layers, {len(entries[name].blocks.blocks)} blocks", flush=True)
    write_tables(entries, FOLDER)
    write_files(asked_files(), FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
