"""Order of the examples: a function of seed and epoch alone, entered at any step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.runs import digits
from transferjob_trainer.train.batches import epoch_order
from transferjob_trainer.train.feed import ImageFeed, Order

DATASET = digits(50, 20)


def _first(feed: ImageFeed, epoch: int, first_step: int, batches: int) -> list[Any]:
    return list(feed.training(epoch, first_step).take(batches).as_numpy_iterator())


@given(seed=st.integers(0, 2**31 - 1), epoch=st.integers(1, 10_000), examples=st.integers(1, 500))
def test_a_permutation_that_repeats(seed: int, epoch: int, examples: int) -> None:
    order = epoch_order(seed, epoch, examples)
    assert sorted(order) == list(range(examples))
    assert np.array_equal(order, epoch_order(seed, epoch, examples))


def test_seed_and_epoch_change_it() -> None:
    orders = {tuple(epoch_order(seed, epoch, 50)) for seed in range(4) for epoch in range(1, 5)}
    assert len(orders) == 16


@pytest.mark.usefixtures("tensorflow")
def test_batches_follow_the_order_through_the_epochs() -> None:
    train = DATASET.train
    feed = ImageFeed(train, DATASET.validation, Order(16, seed=3))
    assert (feed.steps, feed.examples) == (4, 50)
    batches = _first(feed, 1, 0, 8)
    assert [len(labels) for _, labels, _ in batches] == [16, 16, 16, 2] * 2
    order = np.concatenate([epoch_order(3, epoch, 50) for epoch in (1, 2)])
    assert np.array_equal(np.concatenate([labels for _, labels, _ in batches]), train.labels[order])
    pictures = np.concatenate([inputs[0] for inputs, _, _ in batches])
    assert pictures.dtype == np.float32
    assert np.array_equal(pictures, train.images[order])
    assert all((weights == 1).all() for _, _, weights in batches)


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(("epoch", "step"), [(1, 3), (2, 0), (2, 2)])
def test_a_start_in_mid_epoch_sees_what_was_left(epoch: int, step: int) -> None:
    feed = ImageFeed(DATASET.train, DATASET.validation, Order(16, seed=3))
    whole = _first(feed, 1, 0, 12)[(epoch - 1) * 4 + step :][:4]
    for (inputs, labels, _), (others, other_labels, _) in zip(_first(feed, epoch, step, 4), whole, strict=True):
        assert np.array_equal(inputs[0], others[0])
        assert np.array_equal(labels, other_labels)


@pytest.mark.usefixtures("tensorflow")
def test_validation_keeps_its_own_order() -> None:
    feed = ImageFeed(DATASET.train, DATASET.validation, Order(16, seed=3))
    batches = list(feed.validation().as_numpy_iterator())
    assert np.array_equal(np.concatenate([labels for _, labels, _ in batches]), DATASET.validation.labels)
