"""Whether a quantity grows: a straight line through its samples by least squares, and a bound on its slope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

_HOUR = 3600.0
_CERTAIN = 2.0
"""Standard errors that a slope must be above its bound by: one sample that is out of line is no growth."""
MIN_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """What is no growth yet: so much an hour, or so much in a run, whichever is more."""

    per_hour: float
    in_a_run: float
    """What comes and goes with the load; decides in short runs."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A fitted line."""

    per_hour: float
    error: float
    """Standard error of `per_hour`."""
    mean: float
    hours: float
    """Between the first and the last sample."""


def fit(times: Sequence[float], values: Sequence[float]) -> Slope:
    """The least-squares line; `times` in seconds.

    Raises:
        ValueError: there are fewer than three samples, or all are of one moment.
    """
    count = len(times)
    if count < MIN_SAMPLES or max(times) <= min(times):
        raise ValueError(f"a slope needs {MIN_SAMPLES} samples at different times, got {count}")
    middle, mean = sum(times) / count, sum(values) / count
    spread = sum((at - middle) ** 2 for at in times)
    slope = sum((at - middle) * (value - mean) for at, value in zip(times, values, strict=True)) / spread
    left = sum((value - mean - slope * (at - middle)) ** 2 for at, value in zip(times, values, strict=True))
    error = math.sqrt(left / (count - 2) / spread)
    return Slope(slope * _HOUR, error * _HOUR, mean, (max(times) - min(times)) / _HOUR)


def grows(slope: Slope, bound: Bound) -> bool:
    """Whether the growth is certain and beyond the bound."""
    certain = (slope.per_hour - _CERTAIN * slope.error) * slope.hours
    return certain > max(bound.per_hour * slope.hours, bound.in_a_run)


def judged(slope: Slope, bound: Bound) -> dict[str, Any]:
    """Slope, bound and verdict as plain data."""
    rounded = {name: round(value, 3) for name, value in asdict(slope).items()}
    return {**rounded, "bound_per_hour": bound.per_hour, "bound_in_a_run": bound.in_a_run, "grows": grows(slope, bound)}
