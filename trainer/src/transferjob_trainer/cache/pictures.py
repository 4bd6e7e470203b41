"""Rows of the cache and pictures of the dataset: row i belongs to the i-th picture by path."""

from __future__ import annotations

import numpy as np

from ..data import Catalogue, Dataset
from ..data.types import Images


def by_row(catalogue: Catalogue) -> dict[str, int]:
    """Path to row."""
    return {path: row for row, path in enumerate(catalogue.paths)}


class PictureRows:
    """The pictures of a loaded dataset by row."""

    def __init__(self, catalogue: Catalogue, dataset: Dataset) -> None:
        sides = [side for side in (dataset.train, dataset.validation, dataset.test) if side is not None]
        self._shape = dataset.train.images.shape[1:]
        self._paths = catalogue.paths
        self._places = {path: (side.images, place) for side in sides for place, path in enumerate(side.paths)}

    def rows(self, rows: range) -> Images:
        """uint8 [len(rows), height, width, 3]; black where a picture is broken."""
        made = np.zeros((len(rows), *self._shape), np.uint8)
        for index, row in enumerate(rows):
            place = self._places.get(self._paths[row])
            if place is not None:
                made[index] = place[0][place[1]]
        return made
