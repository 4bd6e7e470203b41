"""The pictures behind the rows of the cache."""

from __future__ import annotations

import numpy as np

from ..data import Catalogue, Dataset
from ..data.types import Images
from .rows import EntryRows


class PictureRows:
    """The pictures of a loaded dataset by row."""

    def __init__(self, catalogue: Catalogue, dataset: Dataset, rows: EntryRows) -> None:
        sides = [side for side in (dataset.train, dataset.validation, dataset.test) if side is not None]
        self._shape = dataset.train.images.shape[1:]
        self._paths, self._numbers = catalogue.paths, rows.pictures
        self._places = {path: (side.images, place) for side in sides for place, path in enumerate(side.paths)}

    def rows(self, rows: range) -> Images:
        """uint8 [len(rows), height, width, 3]; black where a picture is broken."""
        made = np.zeros((len(rows), *self._shape), np.uint8)
        for index, number in enumerate(self._numbers[rows.start : rows.stop]):
            place = self._places.get(self._paths[number])
            if place is not None:
                made[index] = place[0][place[1]]
        return made
