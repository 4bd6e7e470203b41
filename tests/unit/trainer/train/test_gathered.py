"""Batches that a compiled function gathers itself: the order of a pipeline, whoever asks and wherever it begins."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits
from tests.unit.trainer.train.sessions import Trial, equal
from transferjob_trainer.train.batches import epoch_order, index_batches
from transferjob_trainer.train.gathered import GatheredBatches

EXAMPLES, SIZE, SEED = 21, 8, 3


def gathered(epoch: int, first_step: int) -> GatheredBatches:
    return GatheredBatches(
        lambda number, own: (number, own),
        lambda number: epoch_order(SEED, number, EXAMPLES),
        SIZE,
        epoch=epoch,
        first_step=first_step,
    )


def piped(epoch: int, first_step: int, count: int) -> list[Any]:
    batches = index_batches(EXAMPLES, SIZE, seed=SEED, epoch=epoch, first_step=first_step)
    return [(number, own) for number, own, _ in batches.take(count).as_numpy_iterator()]


def same(one: list[Any], other: list[Any]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(int(a[0]) == int(b[0]) and np.array_equal(a[1], b[1]) for a, b in pairs)


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(("epoch", "step"), [(1, 0), (1, 2), (4, 1)])
def test_the_order_of_a_pipeline_through_the_epochs(epoch: int, step: int) -> None:
    assert same(list(islice(gathered(epoch, step), 10)), piped(epoch, step, 10))


@pytest.mark.usefixtures("tensorflow")
def test_what_is_measured_ends_with_the_examples_and_begins_anew() -> None:
    batches = GatheredBatches(lambda _, own: own, lambda _: np.arange(EXAMPLES), SIZE, once=True)
    for _ in range(2):
        assert np.array_equal(np.concatenate([own.numpy() for own in batches]), np.arange(EXAMPLES))
    next(iter(batches))
    assert np.array_equal(next(iter(batches)), np.arange(SIZE))


@pytest.mark.usefixtures("tensorflow")
def test_the_same_inside_a_compiled_function() -> None:
    import tensorflow as tf

    batches = gathered(1, 1)

    def more(index: Any, seen: Any) -> tuple[Any, Any]:
        return index + 1, tf.concat([seen, batches.get_next()[1]], axis=0)

    def read(count: Any) -> Any:
        shapes = (tf.TensorShape([]), tf.TensorShape([None]))
        begin = (0, tf.zeros([0], tf.int64))
        return tf.while_loop(lambda index, _: index < count, more, begin, shape_invariants=shapes)[1]

    compiled = tf.function(read)
    calls = [compiled(tf.constant(count)).numpy() for count in (1, 4, 2)]
    assert np.array_equal(np.concatenate(calls), np.concatenate([own for _, own in piped(1, 1, 7)]))


def test_weights_and_figures_do_not_depend_on_the_steps_of_a_call() -> None:
    alone = Trial({"epochs": 2}, dataset=digits(64, 48), freeze={"all": True}, most_steps=1)
    together = Trial({"epochs": 2}, dataset=digits(64, 48), freeze={"all": True})
    figures = [
        [entry.model_dump(exclude={"seconds"}) for entry in trial.train().history] for trial in (alone, together)
    ]
    assert figures[0] == figures[1]
    assert equal(alone.weights, together.weights)
