"""An export is published only when it answers as Keras does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ExportFailed


@dataclass(frozen=True, slots=True)
class Reference:
    """What Keras says of some real pictures."""

    pictures: Any
    """uint8 [n, height, width, 3], of the input's size."""
    probabilities: Any
    """float32 [n, classes]."""


def must_agree(name: str, answer: Callable[[Any], Any], reference: Reference, tolerance: float) -> float:
    """Runs an export on the reference's pictures; returns the largest difference of a probability.

    Args:
        name: the format, for the sentence.
        answer: from pictures, uint8 [n, height, width, 3], to probabilities [n, classes].
        reference: what it must say.
        tolerance: largest difference that is allowed.

    Raises:
        ExportFailed: it says something else; the message holds both figures.
    """
    try:
        served = np.asarray(answer(reference.pictures))
    except Exception as error:
        raise ExportFailed(f"the {name} file was written and cannot be run: {first_line(error)}") from error
    wanted = reference.probabilities
    if served.shape != wanted.shape:
        raise ExportFailed(f"the {name} file answers with shape {served.shape}, Keras with {wanted.shape}")
    difference = float(np.abs(served - wanted).max())
    # Also refuses a NaN, which is not larger than anything.
    if not difference <= tolerance:
        raise ExportFailed(
            f"the {name} file differs from Keras by {difference:.2g} on {len(wanted)} pictures of the dataset;"
            f" at most {tolerance:g} is allowed"
        )
    others = int((served.argmax(axis=1) != wanted.argmax(axis=1)).sum())
    if others:
        raise ExportFailed(
            f"the {name} file sees another class than Keras on {others} of {len(wanted)} pictures of the dataset,"
            f" with probabilities that differ by {difference:.2g} at most; 0 are allowed"
        )
    return difference


def first_line(error: Exception) -> str:
    """An error in one bounded line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
