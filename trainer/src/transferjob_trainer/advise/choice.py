"""From scores to a recommendation: the best freeze, and of two that can hardly be told apart the deeper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ..contract.advice import Confidence
from .probe import Whole, class_shares

Right = NDArray[np.bool_]

MARGIN = 0.25
"""Standard errors by which a deeper freeze may be worse than the best. With one, and few pictures, everything is as
good as the best, and what fine-tuning gains is given away (docs/adr/0095)."""
SURE = 2.0
"""Standard errors that make a difference sure."""
FEW_PICTURES = 60
"""With fewer pictures no difference that matters can be told from chance."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is advised."""

    recommended: int
    second: int | None
    confidence: Confidence
    best: int
    """The count with the highest score, which may lie less deep."""


def choose_by_trials(right: Mapping[int, Right], labels: Whole, errors: float = MARGIN) -> Choice:
    """The choice from short trainings.

    Args:
        right: by freeze count: whether each held-out picture was known.
        labels: of the pictures; every class weighs the same.
        errors: standard errors by which a deeper freeze may be worse than the best.
    """
    shares = class_shares(labels)
    means = {count: float(shares @ known) for count, known in right.items()}
    best = _highest(means)
    recommended = max(count for count in right if count >= best and _as_good(right[best], right[count], shares, errors))
    second = _highest({count: mean for count, mean in means.items() if count != recommended})
    return Choice(recommended, second, _confidence(right[recommended], right[second], shares), best)


def choose_by_probes(probes: Mapping[int, float], pictures: int) -> Choice:
    """The choice from probes alone, which do not see what fine-tuning gains: always of low confidence."""
    best = _highest(probes)
    margin = sqrt(max(0.0, probes[best] * (1 - probes[best])) / pictures)
    recommended = max(count for count in probes if count >= best and probes[best] - probes[count] <= margin)
    others = {count: score for count, score in probes.items() if count != recommended}
    return Choice(recommended, _highest(others) if others else None, "Low", best)


def score_error(known: Right, labels: Whole) -> float:
    """Standard error of a balanced accuracy."""
    shares = class_shares(labels)
    return _error(known.astype(np.float64), shares)


def _highest(means: Mapping[int, float]) -> int:
    """Of equals the deepest."""
    return max(means, key=lambda count: (means[count], count))


def _as_good(best: Right, other: Right, shares: NDArray[np.float64], errors: float) -> bool:
    """Whether the other is worse by no more than so many standard errors.

    The error is that of the differences picture by picture: what both know or both miss is no noise.
    """
    differences = best.astype(np.float64) - other
    return bool(shares @ differences <= errors * _doubt(differences, shares))


def _confidence(recommended: Right, second: Right, shares: NDArray[np.float64]) -> Confidence:
    if len(shares) < FEW_PICTURES:
        return "Low"
    differences = recommended.astype(np.float64) - second
    gain = float(shares @ differences)
    return "High" if gain > 0 and gain >= SURE * _doubt(differences, shares) else "Medium"


def _doubt(differences: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    """Standard error of a mean difference, with a picture more that went each way (Agresti & Min 2005): a handful of
    pictures that differ does not make sure."""
    return float(np.hypot(_error(differences, shares), np.sqrt(2) / len(shares)))


def _error(values: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    return float(np.sqrt((shares**2) @ (values - shares @ values) ** 2))
