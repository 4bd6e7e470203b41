"""How many layers each form of spec.freeze means."""

from typing import Any

import pytest

from transferjob_trainer.contract.backbone import BackboneSpec
from transferjob_trainer.contract.freeze import FreezeSpec
from transferjob_trainer.contract.layer_table import layer_table
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.freeze_count import freeze_count

ANY = BackboneSpec(name="VGG16", weights="none")
NAMES = ["input", "conv1", "conv1_bn", "conv1_relu", "block_1_add", "block_2_add", "out"]


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ({"layers": 0}, 0),
        ({"layers": 7}, 7),
        ({"upTo": "input"}, 1),
        ({"upTo": "block_1_add"}, 5),
        ({"upTo": "out"}, 7),
        ({"fraction": 0.0}, 0),
        ({"fraction": 0.5}, 3),
        ({"fraction": 0.99}, 6),
        ({"fraction": 1.0}, 7),
        ({"all": True}, 7),
        ({"none": True}, 0),
    ],
)
def test_forms(form: dict[str, Any], count: int) -> None:
    assert freeze_count(FreezeSpec.model_validate(form), NAMES, ANY) == count


@pytest.mark.parametrize(("fraction", "depth", "count"), [(0.29, 100, 29), (0.57, 100, 57), (0.3, 10, 3), (0.7, 10, 7)])
def test_a_fraction_that_binary_numbers_miss_is_still_exact(fraction: float, depth: int, count: int) -> None:
    names = [f"layer_{index}" for index in range(depth)]
    assert freeze_count(FreezeSpec(fraction=fraction), names, ANY) == count


def test_more_layers_than_there_are() -> None:
    with pytest.raises(InvalidSpec, match=r"spec\.freeze\.layers must be at most 7, the number .* of VGG16, got 8$"):
        freeze_count(FreezeSpec(layers=8), NAMES, ANY)


def test_an_unknown_name_is_told_its_neighbours() -> None:
    with pytest.raises(InvalidSpec, match=r"spec\.freeze\.upTo .*'block_3_add'; near it are block_[12]_add"):
        freeze_count(FreezeSpec(up_to="block_3_add"), NAMES, ANY)
    with pytest.raises(InvalidSpec, match=r"'zzz'$"):
        freeze_count(FreezeSpec(up_to="zzz"), NAMES, ANY)


def named(backbone: BackboneSpec) -> list[str]:
    return [layer.name for layer in layer_table(backbone.name, backbone.resolved_variant)]


@pytest.mark.parametrize(
    ("name", "form", "last"),
    [
        ("ResNet50", {"blocks": 0}, None),
        ("ResNet50", {"blocks": 1}, "conv2_block1_out"),
        ("ResNet50", {"blocks": 16}, "conv5_block3_out"),
        ("ResNet50", {"stages": 1}, "conv2_block3_out"),
        ("ResNet50", {"stages": 4}, "conv5_block3_out"),
        ("VGG16", {"blocks": 4}, "block4_pool"),
        ("InceptionV3", {"blocks": 1}, "mixed0"),
        ("NASNetMobile", {"stages": 1}, "normal_concat_3"),
        ("EfficientNetB0", {"blocks": 3}, "block2b_add"),
    ],
)
def test_blocks_and_stages_take_in_the_stem_and_end_where_the_family_ends_them(
    name: str, form: dict[str, int], last: str | None
) -> None:
    for variant in ("plain", "imagenet"):
        spec = BackboneSpec(name=name, weights="https://host/w.weights.h5", variant=variant)
        names = named(spec)
        count = freeze_count(FreezeSpec.model_validate(form), names, spec)
        assert (names[count - 1] if count else None) == last


@pytest.mark.parametrize(("form", "limit"), [("blocks", 16), ("stages", 4)])
def test_more_than_there_are_is_told_with_the_limit(form: str, limit: int) -> None:
    spec = BackboneSpec(name="ResNet50", weights="none")
    sentence = rf"phases\[1\]\.{form} must be at most {limit}, the number of {form} of ResNet50, got {limit + 1}$"
    with pytest.raises(InvalidSpec, match=sentence):
        freeze_count(FreezeSpec.model_validate({form: limit + 1}), named(spec), spec, field="phases[1]")
