"""A linear classifier by ridge regression, scored on pictures that it has not seen, without fitting it anew for each.

The residual of a left-out picture follows from the fit on all of them (PRESS, Allen 1974): with the hat matrix H of a
linear smoother, e_G = (I - H_GG)^-1 (y_G - fit_G) for a group G of pictures that are left out together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]

STRENGTHS = tuple(10.0**power for power in range(-4, 5))
"""Regularisations that are tried, in units of the mean squared length of a row: the best by left-out error is used."""
_RANK = 1e-10
"""Directions whose share of the largest is smaller are rounding noise."""
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of a probe."""

    score: float
    """Balanced accuracy on left-out pictures, and no less than guessing: where features say nothing, what is left of a
    class without the picture speaks against it, so every answer would be wrong."""
    answers: Whole
    """Class that each picture was taken for when it was left out."""
    strength: float
    """The regularisation that was used."""


def probe(features: NDArray[np.floating], labels: Whole, groups: Whole) -> Probed:
    """Scores features by the balanced accuracy of a linear classifier that never saw the picture, nor its copies.

    Args:
        features: [n, d].
        labels: [n], from 0.
        groups: [n]; pictures of the same number are left out together.
    """
    weights = class_shares(labels) * len(labels)
    fit = _Fit(np.asarray(features, np.float64), one_hot(labels), weights)
    answers = {strength: left_out(fit, strength, groups) for strength in STRENGTHS}
    errors = {strength: _error(answer, fit.targets, weights) for strength, answer in answers.items()}
    best = min(STRENGTHS, key=lambda strength: (errors[strength], -strength))
    chosen = answers[best].argmax(axis=1)
    guessing = 1 / len(np.unique(labels))
    return Probed(max(guessing, balanced_accuracy(chosen == labels, labels)), chosen, best)


def left_out(fit: _Fit, strength: float, groups: Whole) -> Matrix:
    """What the classifier says of each picture when it was fitted without the picture's group, [n, classes]."""
    shrunk = fit.values / (fit.values + strength * fit.unit)
    scaled = fit.vectors * shrunk
    fitted = np.outer(fit.ones, fit.ones @ fit.scaled_targets) + scaled @ (fit.vectors.T @ fit.scaled_targets)
    residuals = fit.scaled_targets - fitted
    own = np.maximum(1 - fit.ones**2 - (scaled * fit.vectors).sum(axis=1), _LEAST)
    left = residuals / own[:, None]
    for members in _together(groups):
        hat = np.outer(fit.ones[members], fit.ones[members]) + scaled[members] @ fit.vectors[members].T
        left[members] = np.linalg.lstsq(np.eye(len(members)) - hat, residuals[members], rcond=None)[0]
    answers: Matrix = (fit.scaled_targets - left) / fit.roots[:, None]
    return answers


class _Fit:
    """What all regularisations share: the weighted and centred features in their own directions."""

    def __init__(self, features: Matrix, targets: Matrix, weights: Matrix) -> None:
        self.targets, self.roots = targets, np.sqrt(weights)
        self.ones = self.roots / np.linalg.norm(self.roots)
        """The intercept's direction, which is not shrunk."""
        self.scaled_targets = self.roots[:, None] * targets
        centred = self.roots[:, None] * (features - weights @ features / weights.sum())
        self.vectors, self.values = _directions(centred)
        self.unit = float(self.values.sum()) / len(features) or 1.0


def _directions(centred: Matrix) -> tuple[Matrix, Matrix]:
    """Left singular vectors and squared singular values, by the smaller of the two products."""
    tall = len(centred) > centred.shape[1]
    values, vectors = np.linalg.eigh(centred.T @ centred if tall else centred @ centred.T)
    kept = values > _RANK * max(values[-1], 0.0)
    values, vectors = values[kept], vectors[:, kept]
    return (centred @ vectors / np.sqrt(values) if tall else vectors), values


def _together(groups: Whole) -> list[Whole]:
    """Members of each group that has more than one."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return [part for part in parts if len(part) > 1]


def _error(answers: Matrix, targets: Matrix, weights: Matrix) -> float:
    return float(weights @ ((answers - targets) ** 2).sum(axis=1))


def one_hot(labels: Whole) -> Matrix:
    """[n, classes]."""
    table: Matrix = np.eye(int(labels.max()) + 1)[labels]
    return table


def class_shares(labels: Whole) -> Matrix:
    """Weight of each picture so that every class weighs the same and all sum up to one."""
    counts = np.bincount(labels)
    present = np.count_nonzero(counts)
    return np.asarray(1.0 / (present * counts[labels]), np.float64)


def balanced_accuracy(right: NDArray[np.bool_], labels: Whole) -> float:
    """Mean of the classes' recalls."""
    return float(class_shares(labels) @ right)
