"""A network of random weights passes its pictures on: what it knows is a fair comparison at every depth."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from transferjob_trainer.advise.random_weights import random_weights

# One that is all depthwise convolutions, one with residual blocks, one without BatchNorm.
BUILT = ("MobileNet", "ResNet50", "VGG16")


@pytest.mark.parametrize("name", BUILT)
def test_what_comes_out_is_neither_nothing_nor_without_bound(name: str) -> None:
    backbone = getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(32, 32, 3))
    before = backbone.get_weights()
    pictures = np.random.default_rng(0).standard_normal((4, 32, 32, 3)).astype(np.float32)
    with random_weights(backbone, seed=1):
        size = float(np.sqrt(np.mean(np.square(backbone(pictures, training=False).numpy()))))
    assert 1e-3 < size < 1e9
    assert all(np.array_equal(one, other) for one, other in zip(before, backbone.get_weights(), strict=True))
