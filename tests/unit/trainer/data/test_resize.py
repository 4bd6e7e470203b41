"""The resize is tf.image.resize's bilinear."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.unit.trainer.data.pictures import pixels
from transferjob_trainer.data.resize import exactly_resized, resize

SIZES = [
    ((8, 8), (32, 32)),
    ((40, 48), (32, 32)),
    ((31, 77), (96, 33)),
    ((300, 211), (64, 224)),
    ((1, 1), (5, 4)),
    ((64, 3), (1, 1)),
]


@pytest.mark.parametrize(("source", "target"), SIZES)
@pytest.mark.parametrize("antialias", [True, False])
def test_equals_tensorflow(source: tuple[int, int], target: tuple[int, int], antialias: bool) -> None:
    tf = pytest.importorskip("tensorflow")
    image = pixels(1, *source)
    expected = tf.image.resize(image.astype(np.float32), target, method="bilinear", antialias=antialias).numpy()
    exact = exactly_resized(image, *target, antialias=antialias)
    assert np.abs(exact - expected).max() < 1e-3
    assert np.abs(resize(image, *target, antialias=antialias) - expected).max() <= 0.5 + 1e-3


def test_same_size_is_untouched() -> None:
    image = pixels(2)
    assert np.array_equal(resize(image, 40, 48, antialias=True), image)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((57, 91, 3), 137, np.uint8)
    assert np.unique(resize(flat, 224, 32, antialias=True)).tolist() == [137]


def test_a_small_picture_after_a_large_one_and_beside_others() -> None:
    images = [pixels(seed, 40 + 37 * (seed % 5), 300 - 41 * (seed % 6)) for seed in range(48)]
    alone = [resize(image, 33, 57, antialias=True) for image in images]
    with ThreadPoolExecutor(8) as pool:
        beside = list(pool.map(lambda image: resize(image, 33, 57, antialias=True), images))
    assert all(np.array_equal(one, other) for one, other in zip(alone, beside, strict=True))
