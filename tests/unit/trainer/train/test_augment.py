"""Augmentation: a function of (seed, epoch, example), whatever the batch; and each change does what its name says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits
from transferjob_trainer.contract.training import AugmentationSpec
from transferjob_trainer.train.augment import Augmenter
from transferjob_trainer.train.augment.draws import Draws
from transferjob_trainer.train.feed import ImageFeed, Order

pytestmark = pytest.mark.usefixtures("tensorflow")
DATASET = digits(40, 10)
PICTURES = DATASET.train.images[:8].astype(np.float32)
EVERYTHING: dict[str, Any] = {
    "flip": "Both",
    "rotation": 0.1,
    "zoom": 0.2,
    "crop": 0.2,
    "contrast": 0.3,
    "randAugment": {"operations": 3, "magnitude": 0.5},
    "mixUp": 0.4,
    "cutMix": 1.0,
}


def spec(**parts: Any) -> AugmentationSpec:
    return AugmentationSpec.model_validate(parts)


def changed(epoch: int = 1, examples: Any = range(8), pictures: Any = PICTURES, seed: int = 0, **parts: Any) -> Any:
    import tensorflow as tf

    augmenter = Augmenter(spec(**parts), seed)
    numbers = tf.constant(list(examples), tf.int64)
    return augmenter.changed(tf.constant(epoch, tf.int64), numbers, tf.constant(pictures)).numpy()


def batches(batch_size: int, epoch: int, first_step: int, number: int, **parts: Any) -> list[Any]:
    feed = ImageFeed(DATASET.train, DATASET.validation, Order(batch_size, 3), augmentation=spec(**parts), classes=10)
    return list(feed.training(epoch, first_step).take(number).as_numpy_iterator())


def test_draws_are_uniform_and_independent_of_each_other() -> None:
    import tensorflow as tf

    numbers = Draws(7, tf.constant(3, tf.int64), tf.range(100_000, dtype=tf.int64))
    first, second = (column.numpy() for column in numbers.uniform("one", 2))
    third = numbers.uniform("other", 1)[0].numpy()
    after = Draws(7, tf.constant(4, tf.int64), tf.range(100_000, dtype=tf.int64)).uniform("one", 1)[0].numpy()
    for column in (first, second, third, after):
        assert column.min() >= 0
        assert column.max() < 1
        assert np.abs(np.histogram(column, 20, (0, 1))[0] - 5000).max() < 400
    for other in (second, third, after, np.roll(first, 1)):
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.015


@pytest.mark.parametrize("epoch", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_what_happens_to_an_example_depends_on_no_batch(epoch: int) -> None:
    large, small = batches(20, epoch, 0, 2, **EVERYTHING), batches(5, epoch, 0, 8, **EVERYTHING)
    first, second = (np.concatenate([labels for _, labels, _ in some]) for some in (large, small))
    assert np.allclose(first, second, atol=1e-6)
    first, second = (np.concatenate([inputs[0] for inputs, _, _ in some]) for some in (large, small))
    # Eigen rounds the rest of a vector differently, and posterize makes a step of what lies on its border.
    assert np.isclose(first, second, atol=0.01).mean() > 0.999


def test_a_start_in_mid_epoch_changes_nothing() -> None:
    whole = batches(8, 1, 0, 7, **EVERYTHING)
    for (inputs, labels, _), (others, other_labels, _) in zip(
        whole[3:], batches(8, 1, 3, 4, **EVERYTHING), strict=True
    ):
        assert np.array_equal(inputs[0], others[0])
        assert np.array_equal(labels, other_labels)


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name not in ("mixUp", "cutMix")])
def test_each_change_differs_by_epoch_example_and_seed_and_keeps_the_range(name: str) -> None:
    same = np.repeat(PICTURES[:1], 8, axis=0)
    results = changed(pictures=same, **{name: EVERYTHING[name]})
    assert results.shape == same.shape
    assert results.min() >= 0
    assert results.max() <= 255
    assert len({picture.tobytes() for picture in results}) > 1
    assert not np.array_equal(results, changed(2, pictures=same, **{name: EVERYTHING[name]}))
    assert not np.array_equal(results, changed(pictures=same, seed=1, **{name: EVERYTHING[name]}))


def test_flips_are_exact_mirrors() -> None:
    results = changed(examples=range(8), flip="Horizontal")
    mirrored = [np.array_equal(result, picture[:, ::-1]) for result, picture in zip(results, PICTURES, strict=True)]
    kept = [np.array_equal(result, picture) for result, picture in zip(results, PICTURES, strict=True)]
    assert [one or other for one, other in zip(mirrored, kept, strict=True)] == [True] * 8
    assert 0 < sum(mirrored) < 8


def test_zoom_and_crop_show_a_part_and_rotation_turns_about_the_centre() -> None:
    ramp = np.broadcast_to(np.arange(32, dtype=np.float32)[None, None, :, None], (64, 32, 32, 3)).copy()
    inside = changed(examples=range(64), pictures=ramp, crop=0.5)
    spans = inside[:, 0, -1, 0] - inside[:, 0, 0, 0]
    assert spans.min() >= 31 * 0.5 - 0.01
    assert spans.max() <= 31
    assert spans.std() > 1
    turned = changed(examples=range(64), pictures=ramp, rotation=0.5)
    assert np.allclose(turned[:, 15:17, 15:17].mean(axis=(1, 2, 3)), 15.5, atol=0.01)


def test_contrast_keeps_the_mean() -> None:
    soft = 100 + PICTURES / 8
    results = changed(pictures=soft, contrast=0.5)
    assert np.allclose(results.mean(axis=(1, 2)), soft.mean(axis=(1, 2)), atol=0.01)
    factors = results.std(axis=(1, 2, 3)) / soft.std(axis=(1, 2, 3))
    assert (np.abs(factors - 1) <= 0.51).all()
    assert factors.std() > 0.05


def test_mix_up_blends_pictures_and_labels_alike() -> None:
    inputs, labels, _ = batches(40, 1, 0, 1, mixUp=0.8)[0]
    assert np.allclose(labels.sum(axis=1), 1, atol=1e-6)
    plain, hard, _ = batches(40, 1, 0, 1, flip=None)[0]
    following = np.roll(plain[0], -1, axis=0)
    share = _share_of(labels, hard)
    blended = share[:, None, None, None] * plain[0] + (1 - share[:, None, None, None]) * following
    known = hard != np.roll(hard, -1)
    assert known.sum() > 20
    assert np.allclose(inputs[0][known], blended[known], atol=0.01)


def test_cut_mix_pastes_a_box_of_the_partner_and_counts_its_pixels() -> None:
    inputs, labels, _ = batches(40, 1, 0, 1, cutMix=1.0)[0]
    plain, hard, _ = batches(40, 1, 0, 1, flip=None)[0]
    following = np.roll(plain[0], -1, axis=0)
    own, other = (inputs[0] == plain[0]).all(axis=-1), (inputs[0] == following).all(axis=-1)
    assert (own | other).all()
    share = _share_of(labels, hard)
    for index in np.flatnonzero(hard != np.roll(hard, -1)):
        pasted = ~own[index]
        assert pasted.mean() <= 1 - share[index] + 1e-6
        assert (other[index]).mean() >= 1 - share[index] - 1e-6


def _share_of(labels: Any, hard: Any) -> Any:
    """The share of each picture's own label."""
    return labels[np.arange(len(hard)), hard]


def test_each_operation_of_rand_augment_does_what_its_name_says() -> None:
    import tensorflow as tf

    from transferjob_trainer.train.augment.rand_augment import VALUES

    picture = np.random.default_rng(0).integers(40, 200, (16, 16, 3)).astype(np.float32)

    def after(name: str, strength: float = 0.5) -> Any:
        return VALUES[name](tf.constant(picture), tf.constant(strength), tf.constant(abs(strength))).numpy()

    assert after("autocontrast").min() == pytest.approx(0, abs=1e-3)
    assert after("autocontrast").max() == pytest.approx(255, abs=1e-3)
    assert np.array_equal(after("posterize"), picture // 4 * 4)
    assert np.array_equal(after("solarize"), np.where(picture < 128, picture, 255 - picture))
    assert after("brightness", -0.5).mean() == pytest.approx(picture.mean() * 0.55, rel=1e-3)
    assert after("contrast", -0.5).std() < picture.std()
    assert after("saturation", -1.0).std(axis=-1).mean() < 0.2 * picture.std(axis=-1).mean()
    blurred = after("sharpness", -1.0)
    assert np.abs(np.diff(blurred, axis=0)).mean() < np.abs(np.diff(picture, axis=0)).mean()
    counts = np.histogram(after("equalize")[..., 0], 4, (0, 255))[0]
    assert counts.max() - counts.min() < 20
