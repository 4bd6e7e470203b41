"""Prefix and tail together are the backbone, wherever it is cut, and hold its own weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.lively import lively_backbone, preprocessed, random_pictures
from transferjob_trainer.freezing import freeze_layers
from transferjob_trainer.graph.crossing import crossing_shapes
from transferjob_trainer.graph.split import split_at

pytestmark = pytest.mark.usefixtures("tensorflow")
SIDE = 32
CUTS = [
    ("MobileNetV3Small", (0, 1, 60, 157)),
    ("ResNet50", (100,)),
    ("ConvNeXtTiny", (1, 100)),
    pytest.param("NASNetMobile", (100, 400), marks=pytest.mark.slow),
    ("VGG16", (18,)),
]


@pytest.mark.parametrize(("name", "counts"), CUTS)
def test_tail_after_prefix_is_the_backbone(name: str, counts: tuple[int, ...]) -> None:
    model = lively_backbone(name, SIDE)
    pictures = preprocessed(name, random_pictures(SIDE))
    whole = model(pictures, training=False).numpy()
    assert _spread(whole) > 0.1, "the pictures look all alike to this backbone"
    for count in counts:
        split = split_at(model, count)
        features = split.features(pictures) if count else (pictures,)
        assert [one.shape for one in split.crossing] == [tuple(one.shape[1:]) for one in features][
            : len(split.crossing)
        ]
        np.testing.assert_allclose(split.finish(features, training=False).numpy(), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "counts"), CUTS)
def test_each_weight_exists_once(name: str, counts: tuple[int, ...]) -> None:
    model = lively_backbone(name, SIDE)
    for count in counts:
        split = split_at(model, count)
        parts = [weight for part in (split.prefix, split.tail) if part is not None for weight in part.weights]
        assert sorted(map(id, parts)) == sorted(map(id, model.weights))
        frozen = [id(weight) for layer in model.layers[:count] for weight in layer.weights]
        assert sorted(map(id, split.prefix.weights if split.prefix else [])) == sorted(frozen)


def test_the_ends() -> None:
    model = lively_backbone("MobileNetV3Small", SIDE)
    depth = len(model.layers)
    first, last = split_at(model, 0), split_at(model, depth)
    assert (first.prefix, first.crossing) == (None, ())
    assert last.tail is None
    assert last.crossing == crossing_shapes(model)[depth]
    with pytest.raises(ValueError, match=rf"must be 0 to {depth}, got {depth + 1}"):
        split_at(model, depth + 1)


def test_a_disturbed_crossing_tensor_is_seen() -> None:
    model = lively_backbone("ResNet50", SIDE)
    pictures = preprocessed("ResNet50", random_pictures(SIDE))
    split = split_at(model, 100)
    features = split.features(pictures)
    whole = split.finish(features, training=False).numpy()
    for number in range(len(features)):
        disturbed = tuple(_disturbed(one) if index == number else one for index, one in enumerate(features))
        assert not np.allclose(split.finish(disturbed, training=False).numpy(), whole, rtol=1e-5, atol=1e-5)


def test_the_prefix_runs_without_drop_connect_wherever_it_runs() -> None:
    model = lively_backbone("EfficientNetB0", SIDE)
    pictures = preprocessed("EfficientNetB0", random_pictures(SIDE))
    depth = len(model.layers)
    freeze_layers(model, depth)
    prefix = split_at(model, depth).prefix
    assert prefix is not None
    quiet = prefix(pictures, training=False)[0].numpy()
    assert np.array_equal(prefix(pictures, training=True)[0].numpy(), quiet)
    freeze_layers(model, 0)
    assert not np.array_equal(prefix(pictures, training=True)[0].numpy(), quiet)


def test_cutting_leaves_the_backbone_as_it_was(tmp_path: Any) -> None:
    import keras

    model = lively_backbone("MobileNetV3Small", SIDE)
    pictures = preprocessed("MobileNetV3Small", random_pictures(SIDE))
    names, shapes = [layer.name for layer in model.layers], crossing_shapes(model)
    before = model(pictures, training=False).numpy()
    for count in (10, 60, 60):
        split_at(model, count)
    assert [layer.name for layer in model.layers] == names
    assert crossing_shapes(model) == shapes
    model.save(tmp_path / "cut.keras")
    again = keras.models.load_model(tmp_path / "cut.keras")
    np.testing.assert_array_equal(again(pictures, training=False).numpy(), before)


def _disturbed(tensor: Any) -> Any:
    noise = np.random.default_rng(3).normal(size=tensor.shape).astype("float32")
    return tensor + 1e-3 * np.std(tensor.numpy()) * noise


def _spread(outputs: Any) -> float:
    """How much the outputs differ between pictures, as a share of how large they are."""
    return float(np.std(outputs, axis=0).mean() / np.abs(outputs).mean())
