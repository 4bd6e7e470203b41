"""Stretch, Crop and Pad: what they keep, and that the exported graph does the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, pixels, write_tree
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data.decode import decode
from transferjob_trainer.data.fit import fit
from transferjob_trainer.data.fit_graph import fitted
from transferjob_trainer.data.geometry import crop_size, pad_size
from transferjob_trainer.data.resize import resize

MODES = ("Stretch", "Crop", "Pad")
SIZES = [(32, 32), (40, 48), (7, 90), (90, 7), (1, 1), (1, 64), (129, 100), (33, 32)]


def how(mode: str, *, antialias: bool = True) -> ResizeSpec:
    return ResizeSpec.model_validate({"mode": mode, "antialias": antialias})


def test_crop_takes_the_middle() -> None:
    image = pixels(0, 40, 100)
    assert np.array_equal(fit(image, 20, 20, how("Crop")), resize(image[:, 30:70], 20, 20, antialias=True))
    image = pixels(0, 101, 40)
    assert np.array_equal(fit(image, 20, 40, how("Crop")), resize(image[40:60], 20, 40, antialias=True))


def test_pad_keeps_all_in_the_middle_of_black() -> None:
    image = pixels(0, 40, 80)
    made = fit(image, 20, 20, how("Pad", antialias=False))
    assert np.array_equal(made[5:15], resize(image, 10, 20, antialias=False))
    assert not made[:5].any()
    assert not made[15:].any()


@pytest.mark.parametrize("mode", MODES)
def test_the_right_size_is_not_touched(mode: str) -> None:
    image = pixels(3)
    assert np.array_equal(fit(image, 40, 48, how(mode)), image)


SIDE = st.integers(1, 5_000)


@given(SIDE, SIDE, SIDE, SIDE)
def test_sizes_have_the_right_shape_within_a_pixel(height: int, width: int, to_height: int, to_width: int) -> None:
    crop = crop_size(height, width, to_height, to_width, min, max)
    pad = pad_size(height, width, to_height, to_width, min, max)
    scale = min(height / to_height, width / to_width)
    assert crop == tuple(max(1, math.floor(side * scale + 0.5 + 1e-9)) for side in (to_height, to_width))
    assert crop[0] == height or crop[1] == width
    assert pad[0] == to_height or pad[1] == to_width
    assert pad[0] <= to_height
    assert pad[1] <= to_width


@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_the_graph_gives_the_same_pixels(mode: str, antialias: bool) -> None:
    spec = how(mode, antialias=antialias)
    graph: Any = tf.function(
        lambda pictures: fitted(pictures, 32, 48, spec),
        input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)],
    )
    for size in SIZES:
        images = np.stack([pixels(seed, *size) for seed in range(2)])
        expected = np.stack([fit(image, 32, 48, spec) for image in images])
        assert np.array_equal(graph(images).numpy(), expected), size


@pytest.mark.parametrize("mode", ["Crop", "Pad"])
def test_loading_uses_it(tmp_path: Any, mode: str) -> None:
    folder = write_tree(tmp_path / "x", class_files({"a": 3, "b": 3}))
    dataset = load(folder, tmp_path, resize=how(mode))
    for image, path in zip(dataset.train.images, dataset.train.paths, strict=True):
        assert np.array_equal(image, decode((folder / path).read_bytes(), 32, 32, how(mode)))
        assert not np.array_equal(image, decode((folder / path).read_bytes(), 32, 32, how("Stretch")))
