"""Frozen layers and BatchNorms keep their mode when the tail runs apart from the prefix, and it is never saved."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.support.lively import lively_backbone, preprocessed, random_pictures
from transferjob_trainer.batch_norm import apply_batch_norm_mode, batch_norms
from transferjob_trainer.freezing import freeze_layers
from transferjob_trainer.graph.split import split_at

SIDE = 32
NAME, COUNT = "EfficientNetB0", 100


@pytest.fixture(scope="module")
def backbone() -> Any:
    return lively_backbone(NAME, SIDE)


def statistics(layers: list[Any]) -> list[Any]:
    return [weight.numpy().copy() for norm in batch_norms(layers) for weight in norm.non_trainable_weights]


def run_tail(backbone: Any) -> tuple[Any, list[str]]:
    """Output of the tail alone in training mode, and the scales of BatchNorms that got a gradient."""
    split = split_at(backbone, COUNT)
    features = split.features(preprocessed(NAME, random_pictures(SIDE)))
    assert split.tail is not None
    with tf.GradientTape() as tape:
        outputs = split.finish(features, training=True)
        loss = tf.reduce_mean(outputs**2)
    weights = split.tail.trainable_weights
    gradients = tape.gradient(loss, [weight.value for weight in weights])
    assert all(gradient is not None for gradient in gradients)
    return outputs.numpy(), [weight.path for weight in weights if weight.path.endswith("gamma")]


@pytest.mark.parametrize("mode", ["Train", "Inference"])
def test_the_tail_alone_obeys_the_mode_with_dropout_active(backbone: Any, mode: Any) -> None:
    freeze_layers(backbone, COUNT)
    tail = backbone.layers[COUNT:]
    apply_batch_norm_mode(tail, mode, random_weights=False)
    held, before = statistics(backbone.layers[:COUNT]), statistics(tail)
    outputs, scales = run_tail(backbone)
    again, _ = run_tail(backbone)
    moved = [not np.array_equal(*pair) for pair in zip(before, statistics(tail), strict=True)]
    assert all(moved) if mode == "Train" else not any(moved)
    assert all(np.array_equal(*pair) for pair in zip(held, statistics(backbone.layers[:COUNT]), strict=True))
    assert len(scales) == len(batch_norms(tail))
    assert not np.array_equal(outputs, again), "drop-connect of the tail is off"


def test_a_phase_that_freezes_less_takes_back_what_the_one_before_held(backbone: Any) -> None:
    freeze_layers(backbone, len(backbone.layers))
    freeze_layers(backbone, COUNT)
    apply_batch_norm_mode(backbone.layers[COUNT:], "Inference", random_weights=False)
    freeze_layers(backbone, COUNT)
    before = statistics(backbone.layers[COUNT:])
    run_tail(backbone)
    moved = [not np.array_equal(*pair) for pair in zip(before, statistics(backbone.layers[COUNT:]), strict=True)]
    assert all(moved)
    assert [layer.trainable for layer in backbone.layers] == [place >= COUNT for place in range(len(backbone.layers))]


def test_a_held_backbone_is_saved_as_stock_keras(backbone: Any, tmp_path: Any) -> None:
    freeze_layers(backbone, COUNT)
    apply_batch_norm_mode(backbone.layers[COUNT:], "Inference", random_weights=False)
    split_at(backbone, COUNT)
    backbone.save(tmp_path / "held.keras")
    plain = keras.models.load_model(tmp_path / "held.keras", safe_mode=True)
    pictures = preprocessed(NAME, random_pictures(SIDE))
    np.testing.assert_array_equal(plain(pictures, training=False), backbone(pictures, training=False))
    assert not [layer.name for layer in plain.layers if "call" in vars(layer)]
    before = statistics(plain.layers[COUNT:])
    plain(pictures, training=True)
    assert not any(np.array_equal(*pair) for pair in zip(before, statistics(plain.layers[COUNT:]), strict=True))
