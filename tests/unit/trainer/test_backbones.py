"""The table of backbones is what Keras builds."""

import pytest

from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.contract import BACKBONES, BackboneFacts, BackboneSpec
from transferjob_trainer.errors import InvalidSpec, WeightsUnavailable

QUICK = ("MobileNet", "MobileNetV3Small", "ResNet50", "VGG16")


def depth_of(facts: BackboneFacts) -> int:
    side = facts.minimum_side
    return len(build_backbone(BackboneSpec(name=facts.name, weights="none"), side, side).layers)


@pytest.mark.parametrize("name", QUICK)
def test_depths_of_small_backbones(name: str) -> None:
    assert depth_of(BACKBONES[name]) == BACKBONES[name].plain_depth


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BACKBONES if name not in QUICK])
def test_depths_of_all_others(name: str) -> None:
    """The ImageNet variant of EfficientNet V1 cannot be built here: its weights come from the Internet."""
    assert depth_of(BACKBONES[name]) == BACKBONES[name].plain_depth


def test_names_are_those_of_a_first_build_whatever_was_built_before() -> None:
    spec = BackboneSpec(name="MobileNetV3Small", weights="none")
    first = [layer.name for layer in build_backbone(spec, 32, 32).layers]
    assert [layer.name for layer in build_backbone(spec, 32, 32).layers] == first


def test_what_keras_refuses_is_told_in_one_sentence() -> None:
    with pytest.raises(InvalidSpec, match="16 x 16 cannot be used with ResNet50"):
        build_backbone(BackboneSpec(name="ResNet50", weights="none"), 16, 16)


def test_weights_that_were_damaged_on_their_way_are_no_fault_of_the_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> str:
        raise ValueError("Incomplete or corrupted file detected. The md5 file hash does not match")

    # Keras' own download, which needs the Internet; what it raises is a ValueError, as of a size that is wrong.
    monkeypatch.setattr("keras.src.applications.resnet.file_utils.get_file", damaged)
    with pytest.raises(WeightsUnavailable, match=r"corrupted file detected.*give spec.backbone.weights a URI"):
        build_backbone(BackboneSpec(name="ResNet50"), 32, 32)
    with pytest.raises(InvalidSpec, match="16 x 16 cannot be used with ResNet50"):
        build_backbone(BackboneSpec(name="ResNet50"), 16, 16)
