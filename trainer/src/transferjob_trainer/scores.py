"""Figures of a classifier from its probabilities and the right classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .contract.report import CalibrationBin

BINS = 15
"""As in Guo et al. 2017."""
_NORMAL_95 = 1.959963984540054


def wilson(right: int, examples: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): within 0 to 1, and honest where the share is near either.

    Args:
        right: how many of them.
        examples: of how many, at least 1.
    """
    share, square = right / examples, _NORMAL_95**2
    centre = share + square / (2 * examples)
    spread = _NORMAL_95 * math.sqrt(share * (1 - share) / examples + square / (4 * examples**2))
    whole = 1 + square / examples
    # At the ends the exact value is 0 or 1, and rounding would miss it.
    low = 0.0 if right == 0 else (centre - spread) / whole
    high = 1.0 if right == examples else (centre + spread) / whole
    return low, high


def cross_entropy(outputs: Any, labels: Any) -> float:
    """Mean cross-entropy in nats of probabilities [n, classes]; a probability below 1e-7 counts as that."""
    picked = np.clip(outputs[np.arange(len(labels)), labels], 1e-7, 1.0)
    return float(-np.log(picked).mean())


def top_accuracy(outputs: Any, labels: Any, count: int) -> float | None:
    """Share of examples whose class is among the `count` likeliest; None where that says nothing."""
    if outputs.shape[1] <= count:
        return None
    likeliest = np.argpartition(outputs, -count, axis=1)[:, -count:]
    return float((likeliest == labels[:, None]).any(axis=1).mean())


def calibration(outputs: Any, labels: Any) -> tuple[CalibrationBin, ...]:
    """The answers by confidence, in bins of equal width; empty ones are left out."""
    confidence, right = outputs.max(axis=1).astype(np.float64), outputs.argmax(axis=1) == labels
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for place in np.unique(places):
        mine = places == place
        bins.append(
            CalibrationBin(
                answers=int(mine.sum()), confidence=float(confidence[mine].mean()), accuracy=float(right[mine].mean())
            )
        )
    return tuple(bins)


def calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599): mean distance of confidence and accuracy."""
    answers = sum(each.answers for each in bins)
    return sum(each.answers * abs(each.confidence - each.accuracy) for each in bins) / answers
