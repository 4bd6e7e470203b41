"""Folds spread each class evenly and keep copies together."""

from __future__ import annotations

import numpy as np

from transferjob_trainer.advise.folds import fewest_groups, stratified_folds


def test_each_class_is_spread_evenly() -> None:
    labels = np.repeat([0, 1, 2], [30, 9, 4])
    folds = stratified_folds(labels, np.arange(43))
    counts = np.array([[np.sum((labels == label) & (folds == fold)) for fold in range(3)] for label in range(3)])
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()


def test_groups_stay_together() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 25, 120)
    labels = groups % 5
    folds = stratified_folds(labels, groups)
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert all(len(set(folds[labels == label])) == 3 for label in range(5))


def test_the_class_with_fewest_groups_counts() -> None:
    assert fewest_groups(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 3, 3])) == 1
