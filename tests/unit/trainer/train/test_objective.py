"""The loss of each example against plain arithmetic, and the weights of the classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from transferjob_trainer.contract.training import ClassWeightsSpec
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.train.class_weights import example_weights
from transferjob_trainer.train.objective import Objective, right_answers

LOGITS = np.array([[2.0, -1.0, 0.5], [80.0, -80.0, 0.0], [0.0, 0.0, 0.0]], np.float32)
LABELS = np.array([2, 1, 0], np.int32)
NAMES = ("a", "b", "c")


def _log_probabilities() -> Any:
    wide = LOGITS.astype(np.float64)
    return wide - np.log(np.exp(wide - wide.max(1, keepdims=True)).sum(1, keepdims=True)) - wide.max(1, keepdims=True)


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_cross_entropy_of_hard_and_of_mixed_labels(smoothing: float) -> None:
    import tensorflow as tf

    shares = np.eye(3, dtype=np.float32)[LABELS]
    shares[0] = [0.3, 0.0, 0.7]
    for labels, targets in ((LABELS, np.eye(3)[LABELS]), (shares, shares)):
        wanted = -((1 - smoothing) * targets + smoothing / 3) * _log_probabilities()
        losses = Objective(smoothing).losses(tf.constant(LOGITS), tf.constant(labels)).numpy()
        assert np.allclose(losses, wanted.sum(axis=1), rtol=1e-5)
        assert right_answers(tf.constant(LOGITS), tf.constant(labels)).numpy().tolist() == [0, 0, 1]


def test_balanced_weights_are_inverse_to_the_classes_sizes_and_one_in_the_mean() -> None:
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2], np.int32)
    weights = example_weights(ClassWeightsSpec(balanced=True), labels, NAMES)
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(1)
    assert [weights[labels == label].sum() for label in range(3)] == pytest.approx([3, 3, 3])


def test_given_weights_hold_by_name_and_the_others_are_one() -> None:
    weights = example_weights(ClassWeightsSpec(values={"b": 5, "c": 0}), LABELS, NAMES)
    assert weights.tolist() == [0, 5, 1]
    assert example_weights(None, LABELS, NAMES).tolist() == [1, 1, 1]


def test_a_weight_for_a_class_that_is_not_there_is_refused() -> None:
    sentence = (
        r"spec\.training\.classWeights\.values names the class 'd', which the dataset does not have; it has a, b, c"
    )
    with pytest.raises(InvalidSpec, match=sentence):
        example_weights(ClassWeightsSpec(values={"d": 2}), LABELS, NAMES)
