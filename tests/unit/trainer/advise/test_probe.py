"""The closed form says what a classifier says that was really fitted without the pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from transferjob_trainer.advise.probe import STRENGTHS, _Fit, class_shares, left_out, one_hot, probe


def drawn(count: int, width: int, classes: int, seed: int = 0, uneven: bool = False) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    shares = np.arange(1, classes + 1) if uneven else np.ones(classes)
    labels = np.concatenate([np.arange(classes), random.choice(classes, count - classes, p=shares / shares.sum())])
    centres = random.standard_normal((classes, width))
    return centres[labels] + 2 * random.standard_normal((count, width)), labels.astype(np.int64)


def refitted(features: Any, labels: Any, groups: Any, strength: float) -> Any:
    """Leaves each group out, solves the weighted ridge on the rest by its normal equations, and asks the rest."""
    weights, targets = class_shares(labels) * len(labels), one_hot(labels)
    unit = _Fit(features, targets, weights).unit
    answers = np.empty_like(targets)
    for group in np.unique(groups):
        out, kept = groups == group, groups != group
        rows = np.hstack([features[kept], np.ones((kept.sum(), 1))])
        penalty = np.diag([strength * unit] * features.shape[1] + [0.0])
        matrix = rows.T @ (weights[kept, None] * rows) + penalty
        solved = np.linalg.solve(matrix, rows.T @ (weights[kept, None] * targets[kept]))
        answers[out] = np.hstack([features[out], np.ones((out.sum(), 1))]) @ solved
    return answers


@pytest.mark.parametrize(("count", "width"), [(40, 7), (24, 60)])
@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("strength", [1e-2, 1.0, 1e2])
def test_each_picture_is_really_left_out(count: int, width: int, uneven: bool, strength: float) -> None:
    features, labels = drawn(count, width, 3, uneven=uneven)
    groups = np.arange(count)
    fit = _Fit(features, one_hot(labels), class_shares(labels) * count)
    assert left_out(fit, strength, groups) == pytest.approx(refitted(features, labels, groups, strength), abs=1e-7)


def test_copies_are_left_out_together() -> None:
    features, labels = drawn(30, 6, 3)
    twice, both = np.vstack([features, features[:8]]), np.concatenate([labels, labels[:8]])
    groups = np.concatenate([np.arange(30), np.arange(8)])
    fit = _Fit(twice, one_hot(both), class_shares(both) * len(both))
    assert left_out(fit, 0.5, groups) == pytest.approx(refitted(twice, both, groups, 0.5), abs=1e-7)


def test_copies_give_nothing_away() -> None:
    random = np.random.default_rng(1)
    features, labels = random.standard_normal((60, 200)), random.integers(0, 4, 60)
    twice, both = np.vstack([features, features]), np.concatenate([labels, labels]).astype(np.int64)
    apart = probe(twice, both, np.arange(120)).score
    together = probe(twice, both, np.concatenate([np.arange(60), np.arange(60)])).score
    assert apart > 0.9
    assert together < 0.5


def test_the_regularisation_has_the_least_left_out_error() -> None:
    features, labels = drawn(80, 30, 4)
    weights, targets, groups = class_shares(labels) * 80, one_hot(labels), np.arange(80)
    errors = {
        strength: weights @ ((refitted(features, labels, groups, strength) - targets) ** 2).sum(axis=1)
        for strength in STRENGTHS
    }
    assert probe(features, labels, groups).strength == min(errors, key=lambda strength: errors[strength])


def test_the_score_is_balanced() -> None:
    labels = np.array([0] * 90 + [1] * 10, np.int64)
    nothing = probe(np.zeros((100, 5)), labels, np.arange(100))
    assert nothing.score == 0.5
    telling = probe(labels[:, None] + np.zeros((100, 3)), labels, np.arange(100))
    assert telling.score == pytest.approx(1.0)


def test_features_that_say_nothing_are_as_good_as_guessing() -> None:
    labels = np.repeat(np.arange(5), 20)
    told = probe(np.zeros((100, 3)), labels, np.arange(100))
    assert not (told.answers == labels).any()  # a class without the picture is the smallest
    assert told.score == pytest.approx(0.2)


def test_features_of_one_value_and_huge_ones_are_no_trouble() -> None:
    features, labels = drawn(40, 5, 2)
    features[:, 0], features[:, 1] = 3.0, 1e6 * features[:, 1]
    assert 0 <= probe(features, labels, np.arange(40)).score <= 1
