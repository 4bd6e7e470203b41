"""The checked-in tables of layers, blocks and stages agree with each other and with the table of backbones."""

import pytest

from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.layer_table import layer_table

BLOCKS = {"VGG16": 5, "ResNet50": 16, "ResNet152": 50, "Xception": 13, "DenseNet121": 58, "MobileNetV2": 17}
BLOCKS |= {"InceptionV3": 11, "InceptionResNetV2": 43, "NASNetMobile": 14, "EfficientNetB0": 16, "ConvNeXtTiny": 18}
STAGES = {"VGG16": 5, "ResNet50": 4, "ResNet50V2": 4, "InceptionV3": 3, "NASNetLarge": 3, "ConvNeXtBase": 4}


@pytest.mark.parametrize("name", BACKBONES)
def test_each_variant_has_its_layers_and_blocks_end_within_them_one_after_the_other(name: str) -> None:
    for variant in ("plain", "imagenet"):
        facts, layers, table = BACKBONES[name], layer_table(name, variant), block_table(name, variant)
        assert len(layers) == facts.depth(variant)
        assert len({layer.name for layer in layers}) == len(layers)
        ends = list(table.blocks.values())
        assert ends == sorted(set(ends))
        assert ends[0] > 1
        assert ends[-1] <= len(layers)
        assert set(table.stages) <= set(ends)
        assert list(table.stages) == sorted(set(table.stages))
        assert table.stages[-1] == ends[-1]
        single = {layers[end - 1].crossing for end in ends[:-1]}
        assert single == ({2, 3} if facts.family == "nasnet" else {1})


def test_numbers_of_blocks_and_stages_that_papers_give() -> None:
    assert {name: len(block_table(name).blocks) for name in BLOCKS} == BLOCKS
    assert {name: len(block_table(name).stages) for name in STAGES} == STAGES


def test_the_imagenet_variant_has_its_rescaling_in_the_stem() -> None:
    plain, imagenet = layer_table("EfficientNetB0"), layer_table("EfficientNetB0", "imagenet")
    assert [layer.name for layer in imagenet[:4]] == ["input_layer", "rescaling", "normalization", "rescaling_1"]
    assert (*imagenet[:3], *imagenet[4:]) == plain
    name, end = block_table("EfficientNetB0", "imagenet").nearest_end(18)
    assert (name, end, imagenet[end - 1].name) == ("block1a", 18, plain[16].name)


def test_the_nearest_end_is_the_shallower_of_two() -> None:
    table = block_table("ResNet50")
    assert table.nearest_end(24) == ("conv2_block1", 19)
    assert table.nearest_end(25) == ("conv2_block2", 29)
    assert table.nearest_end(0) == ("conv2_block1", 19)
    assert table.nearest_end(175) == ("conv5_block3", 175)
    assert (table.block_at(19), table.block_at(20)) == ("conv2_block1", None)
