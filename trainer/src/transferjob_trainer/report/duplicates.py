"""Pictures of one split that are, pixel by pixel, pictures of another: what was learned by heart looks like skill."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..data import Dataset, Examples

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Pictures that were measured on and are training pictures too."""

    count: int
    """How many of the validation and test pictures."""
    other_label: int
    """How many of them have another class there."""
    shown: tuple[tuple[str, str], ...]
    """Some of them: path, and path of the equal training picture."""


def find_duplicates(dataset: Dataset) -> Duplicates | None:
    """Compares the decoded pictures; None where they were not kept, since training read features alone."""
    train = dataset.train
    if len(train.images) != len(train):
        return None
    by_sum: defaultdict[int, list[int]] = defaultdict(list)
    for row, image in enumerate(train.images):
        by_sum[zlib.crc32(image)].append(row)
    measured = [side for side in (dataset.validation, dataset.test) if side is not None]
    pairs = [pair for side in measured for pair in _pairs(side, train, by_sum)]
    return Duplicates(
        count=len(pairs),
        other_label=sum(differs for _, _, differs in pairs),
        shown=tuple((mine, other) for mine, other, _ in pairs[:_SHOWN]),
    )


def _pairs(side: Examples, train: Examples, by_sum: dict[int, list[int]]) -> Iterator[tuple[str, str, bool]]:
    for row, image in enumerate(side.images):
        twins = by_sum.get(zlib.crc32(image), ())
        twin = next((other for other in twins if np.array_equal(train.images[other], image)), None)
        if twin is not None:
            yield side.paths[row], train.paths[twin], bool(side.labels[row] != train.labels[twin])
