"""The answers that were surest and wrong: where labels are wrong, or classes overlap, it shows here first."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from ..data import Examples
from ..data.types import Images

SHOWN = 12
_SIDE, _QUALITY = 160, 80
Reader = Callable[[Sequence[str]], Mapping[str, Images]]
"""Reads pictures by path, each uint8 [h, w, 3]; those that cannot be read are left out."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong answer."""

    path: str
    right: int
    """Index of the right class."""
    answered: int
    """Index of the answered class."""
    confidence: float
    """Probability of the answered class."""
    right_probability: float
    """Probability of the right class."""
    picture: str | None
    """Data URI of a small JPEG."""


def surest_mistakes(outputs: Any, examples: Examples, read: Reader) -> tuple[Mistake, ...]:
    """The wrong answers of the highest confidence, the surest first.

    Args:
        outputs: probabilities of the examples, float32 [n, classes].
        examples: what was measured on.
        read: for examples whose pictures were not kept.
    """
    answers = outputs.argmax(axis=1)
    wrong = np.flatnonzero(answers != examples.labels)
    rows = wrong[np.argsort(-outputs[wrong, answers[wrong]], kind="stable")][:SHOWN].tolist()
    pictures = _pictures(examples, rows, read)
    return tuple(
        Mistake(
            path=examples.paths[row],
            right=int(examples.labels[row]),
            answered=int(answers[row]),
            confidence=float(outputs[row, answers[row]]),
            right_probability=float(outputs[row, examples.labels[row]]),
            picture=data_uri(pictures[row]) if row in pictures else None,
        )
        for row in rows
    )


def data_uri(picture: Images) -> str:
    """A picture, uint8 [h, w, 3], as a JPEG of at most 160 pixels a side."""
    image = Image.fromarray(picture)
    image.thumbnail((_SIDE, _SIDE))
    held = io.BytesIO()
    image.save(held, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(held.getvalue()).decode()}"


def _pictures(examples: Examples, rows: list[int], read: Reader) -> dict[int, Images]:
    if len(examples.images) == len(examples):
        return {row: examples.images[row] for row in rows}
    found = read([examples.paths[row] for row in rows]) if rows else {}
    return {row: found[examples.paths[row]] for row in rows if examples.paths[row] in found}
