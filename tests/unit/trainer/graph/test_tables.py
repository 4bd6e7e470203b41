"""The checked-in tables are what the graphs say."""

from __future__ import annotations

from pathlib import Path

import pytest

from transferjob_trainer.contract.arguments import MINIMALISTIC_DEPTHS, graphs
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.layer_table import layer_table
from transferjob_trainer.graph.tables import FOLDER, Entry, table_entry, write_tables

pytestmark = pytest.mark.usefixtures("tensorflow")
QUICK = ("VGG16", "MobileNetV3Small", "MobileNetV2 alpha=0.35", "MobileNetV3Small alpha=0.75 minimalistic")


def checked_in(name: str) -> Entry:
    return Entry(layer_table(name), block_table(name))


@pytest.mark.parametrize("name", QUICK)
def test_tables_of_small_backbones(name: str) -> None:
    assert table_entry(name) == checked_in(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in graphs() if name not in QUICK])
def test_tables_of_all_others(name: str) -> None:
    assert table_entry(name) == checked_in(name)


def test_writing_the_tables_again_gives_the_same_files(tmp_path: Path) -> None:
    write_tables({name: checked_in(name) for name in graphs()}, tmp_path)
    assert (tmp_path / "blocks.json").read_bytes() == (FOLDER / "blocks.json").read_bytes()
    before = (tmp_path / "layers.json.gz").stat().st_mtime_ns
    write_tables({name: checked_in(name) for name in graphs()}, tmp_path)
    assert (tmp_path / "layers.json.gz").stat().st_mtime_ns == before


def test_a_width_has_the_layers_and_blocks_of_its_builder_and_the_minimalistic_form_its_own() -> None:
    for graph, (name, arguments) in graphs().items():
        depth = MINIMALISTIC_DEPTHS[name] if arguments and arguments.minimalistic else len(layer_table(name))
        assert len(layer_table(graph)) == depth
        assert list(block_table(graph).blocks) == list(block_table(name).blocks)
        assert len(block_table(graph).stages) == len(block_table(name).stages)
        if arguments is None or not arguments.minimalistic:
            assert block_table(graph) == block_table(name)


def test_work_of_a_convolution_is_its_kernel_at_each_place_of_its_output() -> None:
    first = layer_table("VGG16")[1]
    assert (first.name, first.work, first.parameters) == ("block1_conv1", 224 * 224 * 3 * 3 * 3 * 64, 1792)
    total = sum(layer.work for layer in layer_table("ResNet50"))
    assert total == pytest.approx(3.86e9, rel=0.005), "ResNet50 is known to take 3.86 billion"
