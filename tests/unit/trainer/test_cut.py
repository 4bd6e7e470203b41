"""Tensors that cross from the frozen prefix to the rest, as counted by hand on the graphs."""

import pytest

from tests.unit.trainer.runs import backbone
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.cut import cut_tensors

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize(
    ("name", "count", "crossing"),
    [
        ("ResNet50", 100, 2),
        ("InceptionV3", 100, 3),
        ("InceptionResNetV2", 100, 4),
        ("NASNetMobile", 100, 6),
        ("ConvNeXtTiny", 100, 2),
        ("VGG16", 19, 1),
        ("VGG16", 0, 0),
        ("VGG16", 1, 1),
    ],
)
def test_crossing_tensors(name: str, count: int, crossing: int) -> None:
    model = backbone(name, BACKBONES[name].minimum_side)
    assert cut_tensors(model, count) == crossing


def test_the_cut_is_that_of_the_backbone_also_once_it_was_called_elsewhere() -> None:
    import keras

    model = backbone("ResNet50")
    model(keras.Input((32, 32, 3)))
    for layer in model.layers[1:3]:
        layer(keras.Input(layer.input.shape[1:]))
    assert cut_tensors(model, 100) == 2
