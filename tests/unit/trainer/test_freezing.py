"""What is frozen stays as it was, to the bit, and runs in inference mode; what is not frozen learns."""

from typing import Any

import keras
import numpy as np
import pytest

from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.batch_norm import apply_batch_norm_mode, batch_norms
from transferjob_trainer.contract import BackboneSpec
from transferjob_trainer.freezing import freeze_layers

INSIDE_A_BLOCK = 18


def backbone_of(name: str, side: int = 32) -> Any:
    return build_backbone(BackboneSpec(name=name, weights="none"), side, side)


def trained(backbone: Any) -> None:
    """Two epochs of a real fit on noise, the backbone nested in a model as the trainer nests it."""
    random = np.random.default_rng(0)
    pixels = keras.Input((32, 32, 3))
    outputs = keras.layers.Dense(2, activation="softmax")(
        keras.layers.GlobalAveragePooling2D()(backbone(keras.layers.Rescaling(1 / 127.5, -1.0)(pixels)))
    )
    model = keras.Model(pixels, outputs)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
    images = random.integers(0, 256, (16, 32, 32, 3)).astype("float32")
    model.fit(images, random.integers(0, 2, 16), batch_size=8, epochs=2, verbose=0)


def values(layers: list[Any]) -> dict[str, Any]:
    return {weight.path: weight.numpy().copy() for layer in layers for weight in layer.weights}


@pytest.mark.parametrize("mode", ["Train", "Inference"])
def test_frozen_variables_do_not_move_and_batch_norms_of_the_rest_obey_their_mode(mode: Any) -> None:
    backbone = backbone_of("MobileNet")
    frozen, tail = backbone.layers[:INSIDE_A_BLOCK], backbone.layers[INSIDE_A_BLOCK:]
    freeze_layers(backbone, INSIDE_A_BLOCK)
    apply_batch_norm_mode(tail, mode, random_weights=False)
    before, norms = values(frozen), values(batch_norms(tail))
    trained(backbone)
    after = values(frozen)
    assert all(np.array_equal(before[path], after[path]) for path in before)
    moved = {path for path, value in values(batch_norms(tail)).items() if not np.array_equal(value, norms[path])}
    statistics = {path for path in norms if "moving_" in path}
    assert moved & {path for path in norms if path.endswith("gamma")}
    assert (moved & statistics == statistics) if mode == "Train" else not moved & statistics


@pytest.mark.parametrize(("random_weights", "mode"), [(True, "Train"), (False, "Inference")])
def test_auto_trains_statistics_only_where_there_are_none(random_weights: bool, mode: str) -> None:
    layers = [keras.layers.BatchNormalization()]
    assert apply_batch_norm_mode(layers, "Auto", random_weights=random_weights) == mode


def test_drop_connect_is_off_in_the_frozen_part_where_stock_keras_leaves_it_on() -> None:
    backbone = backbone_of("EfficientNetB0")
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
    backbone.trainable = False
    noisy = [backbone(pixels, training=True).numpy() for _ in range(2)]
    assert not np.array_equal(*noisy)
    freeze_layers(backbone, len(backbone.layers))
    quiet = backbone(pixels, training=True).numpy()
    assert np.array_equal(quiet, backbone(pixels, training=False).numpy())
