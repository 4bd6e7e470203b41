"""Which graph a backbone is built as: the variant is part of a model's identity."""

import pytest

from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.contract.unsupported import find_unsupported

FILE = "pvc://models/a.weights.h5"


@pytest.mark.parametrize(
    ("spec", "variant", "depth"),
    [
        ({"name": "EfficientNetB0"}, "imagenet", 238),
        ({"name": "EfficientNetB0", "weights": "none"}, "plain", 237),
        ({"name": "EfficientNetB0", "weights": FILE}, "plain", 237),
        ({"name": "EfficientNetB0", "weights": FILE, "variant": "imagenet"}, "imagenet", 238),
        ({"name": "ResNet50"}, "plain", 175),
        ({"name": "ResNet50", "weights": FILE, "variant": "imagenet"}, "plain", 175),
    ],
)
def test_only_efficientnet_v1_has_two_graphs(spec: dict[str, str], variant: str, depth: int) -> None:
    backbone = BackboneSpec.model_validate(spec)
    assert (backbone.resolved_variant, backbone.depth) == (variant, depth)


def test_a_resolved_weights_from_is_supported() -> None:
    assert find_unsupported({"backbone": {"name": "MobileNet", "weights": FILE, "variant": "plain"}}) == []
