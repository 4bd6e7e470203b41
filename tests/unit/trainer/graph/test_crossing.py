"""Tensors that cross from the frozen prefix to the rest: as counted by hand, and by the definition at every count."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.crossing_definition import crossing_names
from tests.unit.trainer.runs import backbone
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.graph.crossing import crossing_shapes

pytestmark = pytest.mark.usefixtures("tensorflow")


def of(name: str) -> Any:
    return backbone(name, BACKBONES[name].minimum_side)


@pytest.mark.parametrize(
    ("name", "count", "crossing"),
    [
        ("ResNet50", 100, 2),
        ("InceptionV3", 100, 3),
        pytest.param("InceptionResNetV2", 100, 4, marks=pytest.mark.slow),
        pytest.param("NASNetMobile", 100, 6, marks=pytest.mark.slow),
        # Counted by hand on the saved JSON, where the inputs of each layer are listed: the most of all backbones.
        ("NASNetMobile", 152, 11),
        ("ConvNeXtTiny", 100, 2),
        ("VGG16", 19, 1),
        ("VGG16", 0, 0),
        ("VGG16", 1, 1),
    ],
)
def test_crossing_tensors(name: str, count: int, crossing: int) -> None:
    assert len(crossing_shapes(of(name))[count]) == crossing


def test_a_crossing_tensor_is_described_without_its_batch() -> None:
    shapes = crossing_shapes(of("ResNet50"))
    assert [(one.name, one.shape, one.dtype) for one in shapes[1]] == [("input_layer", (32, 32, 3), "float32")]
    assert [(one.name, one.shape, one.values) for one in shapes[-1]] == [("conv5_block3_out", (1, 1, 2048), 2048)]


@pytest.mark.parametrize(
    "name", ["MobileNetV3Small", "ConvNeXtTiny", "EfficientNetB0", pytest.param("NASNetMobile", marks=pytest.mark.slow)]
)
def test_at_every_count_it_is_what_the_prefix_makes_and_the_rest_reads(name: str) -> None:
    model = of(name)
    assert [[one.name for one in crossing] for crossing in crossing_shapes(model)] == crossing_names(model)


def test_the_cut_is_that_of_the_backbone_also_once_it_was_called_elsewhere() -> None:
    import keras

    model = of("ResNet50")
    model(keras.Input((32, 32, 3)))
    for layer in model.layers[1:3]:
        layer(keras.Input(layer.input.shape[1:]))
    assert len(crossing_shapes(model)[100]) == 2
