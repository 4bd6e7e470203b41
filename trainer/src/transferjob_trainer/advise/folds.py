"""Folds: each picture is held out once, each class is spread evenly, and copies stay together."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

FOLDS = 3


def stratified_folds(labels: Whole, groups: Whole, folds: int = FOLDS) -> Whole:
    """The fold of each picture; a function of the order of the pictures alone.

    Args:
        labels: [n], from 0.
        groups: [n]; pictures of the same number come into the same fold.
        folds: how many.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups.tolist()):
        members[group].append(row)
    filled = np.zeros((folds, int(labels.max()) + 1))
    result = np.zeros(len(labels), np.int64)
    # The large ones first: what comes later evens out.
    for rows in sorted(members.values(), key=lambda rows: (-len(rows), rows[0])):
        label = labels[rows[0]]
        fold = min(range(folds), key=lambda each: (filled[each, label], filled[each].sum(), each))
        result[rows] = fold
        filled[fold] += np.bincount(labels[rows], minlength=filled.shape[1])
    return result


def fewest_groups(labels: Whole, groups: Whole) -> int:
    """Groups in the class that has fewest: with fewer than folds, a class is missing where it should be learned."""
    return min(len(np.unique(groups[labels == label])) for label in np.unique(labels))
