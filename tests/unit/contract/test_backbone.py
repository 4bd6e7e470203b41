"""Which graph a backbone is built as: the variant is part of a model's identity."""

import pytest
from pydantic import ValidationError

from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.contract.arguments import graphs, has_imagenet_weights
from transferjob_trainer.contract.imagenet_files import imagenet_file, imagenet_files

FILE = "pvc://models/a.weights.h5"


@pytest.mark.parametrize(
    ("spec", "variant", "depth"),
    [
        ({"name": "EfficientNetB0"}, "imagenet", 238),
        ({"name": "EfficientNetB0", "weights": "none"}, "plain", 237),
        ({"name": "EfficientNetB0", "weights": FILE}, "plain", 237),
        ({"name": "EfficientNetB0", "weights": FILE, "variant": "imagenet"}, "imagenet", 238),
        ({"name": "EfficientNetB0", "weights": "none", "variant": "imagenet"}, "imagenet", 238),
        ({"name": "ResNet50"}, "plain", 175),
        ({"name": "MobileNetV3Large", "arguments": {"minimalistic": True}}, "plain", 139),
        ({"name": "MobileNetV2", "arguments": {"alpha": 0.35}}, "plain", 154),
        ({"name": "ResNet50", "weights": FILE, "variant": "imagenet"}, "plain", 175),
    ],
)
def test_only_efficientnet_v1_has_two_graphs(spec: dict[str, str], variant: str, depth: int) -> None:
    backbone = BackboneSpec.model_validate(spec)
    assert (backbone.resolved_variant, backbone.depth) == (variant, depth)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"name": "ResNet50", "arguments": {"alpha": 0.5}}, "arguments.alpha is no argument of ResNet50; it has none"),
        ({"name": "MobileNetV2", "arguments": {"alpha": 0.6}}, "must be one of 0.35, 0.5, 0.75, 1, 1.3, 1.4, got 0.6"),
        ({"name": "MobileNet", "arguments": {"dropConnectRate": 0}}, "dropConnectRate is no argument of MobileNet; it"),
        (
            {"name": "EfficientNetB0", "arguments": {"dropConectRate": 0}},
            "'dropConectRate'; near it is dropConnectRate",
        ),
        ({"name": "EfficientNetB0", "arguments": {"depth_multiplier": 1}}, "has no argument 'depth_multiplier'; there"),
        ({"name": "MobileNetV3Small", "arguments": {"minimalistic": True, "alpha": 0.75}}, "has no ImageNet weights"),
        ({"name": "EfficientNetB0", "variant": "plain"}, "variant plain and weights imagenet exclude each other"),
    ],
)
def test_what_a_builder_does_not_have_is_refused_by_name(spec: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BackboneSpec.model_validate(spec)
    assert sentence in str(caught.value)


def test_the_name_of_a_graph_holds_what_shapes_it() -> None:
    names = {
        BackboneSpec.model_validate({"name": "MobileNetV3Small", "weights": "none", "arguments": arguments}).graph
        for arguments in ({}, {"alpha": 1}, {"minimalistic": False}, {"alpha": 1.0, "minimalistic": None})
    }
    assert names == {"MobileNetV3Small"}
    rate = {"name": "EfficientNetB0", "arguments": {"dropConnectRate": 0.5}}
    assert BackboneSpec.model_validate(rate).graph == "EfficientNetB0"
    assert len(graphs()) == 54


def test_every_graph_that_keras_has_weights_for_has_a_file() -> None:
    for graph, (_, arguments) in graphs().items():
        assert (graph in imagenet_files()) == has_imagenet_weights(arguments)
    assert imagenet_file("MobileNetV2 alpha=0.5", 96, 96).name.endswith("_0.5_96_no_top.h5")
    for size in ((32, 32), (96, 128), (224, 224)):
        assert imagenet_file("MobileNetV2 alpha=0.5", *size).name.endswith("_0.5_224_no_top.h5")
    assert imagenet_file("EfficientNetB0", 96, 96).name == "efficientnetb0_notop.h5"
