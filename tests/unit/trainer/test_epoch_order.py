"""The order of examples is a function of seed and epoch alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.runs import digits
from transferjob_trainer.train.batches import epoch_order, evaluation_batches, training_batches


@given(seed=st.integers(0, 2**31 - 1), epoch=st.integers(1, 10_000), examples=st.integers(1, 500))
def test_a_permutation_that_repeats(seed: int, epoch: int, examples: int) -> None:
    order = epoch_order(seed, epoch, examples)
    assert sorted(order) == list(range(examples))
    assert np.array_equal(order, epoch_order(seed, epoch, examples))


def test_seed_and_epoch_change_it() -> None:
    orders = {tuple(epoch_order(seed, epoch, 50)) for seed in range(4) for epoch in range(1, 5)}
    assert len(orders) == 16


@pytest.mark.usefixtures("tensorflow")
def test_batches_follow_the_order_through_all_epochs() -> None:
    examples = digits(50).train
    batches = list(training_batches(examples, batch_size=16, seed=3, epochs=2).as_numpy_iterator())
    assert [len(labels) for _, labels in batches] == [16, 16, 16, 2] * 2
    order = np.concatenate([epoch_order(3, epoch, 50) for epoch in (1, 2)])
    assert np.array_equal(np.concatenate([labels for _, labels in batches]), examples.labels[order])
    pictures = np.concatenate([pictures for pictures, _ in batches])
    assert pictures.dtype == np.float32
    assert np.array_equal(pictures, examples.images[order])
    plain = np.concatenate([labels for _, labels in evaluation_batches(examples, 16).as_numpy_iterator()])
    assert np.array_equal(plain, examples.labels)
