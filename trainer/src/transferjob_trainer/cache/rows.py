"""What each row of an entry holds: a picture as it is, or one of the changed views of a picture to train on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract.training import AugmentationSpec
from ..data import Catalogue, Dataset
from ..train.augment import Augmenter

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class EntryRows:
    """Without views row i is the i-th picture by path. With views those to train on have a row in each view and none
    as they are."""

    pictures: Numbers
    """Number of each row's picture."""
    views: Numbers
    """Each row's view from 1; 0: the picture as it is."""
    plain: dict[str, int]
    """Path to the row of the picture as it is."""
    changed: dict[str, int] = field(default_factory=dict)
    """Path to the row of the first view; the next view's is `stride` behind it."""
    count: int = 0
    """Views; 0: pictures to train on are shown as they are."""

    @property
    def stride(self) -> int:
        """Rows from one view to the next."""
        return len(self.changed)

    def hold(self, dataset: Dataset) -> bool:
        """Whether every picture has the rows of its side. A broken one can move others over the border of the split."""
        sides = [dataset.validation, *([dataset.test] if dataset.test else [])]
        shown = self.changed if self.count else self.plain
        return shown.keys() >= set(dataset.train.paths) and all(self.plain.keys() >= set(side.paths) for side in sides)

    def document(self, spec: AugmentationSpec | None, seed: int) -> dict[str, Any] | None:
        """What the views depend on, for the key of their entry."""
        if not self.count or spec is None:
            return None
        rows = hashlib.sha256(self.pictures.tobytes() + self.views.tobytes()).hexdigest()
        return {"augmentation": spec.model_dump(mode="json"), "seed": seed, "count": self.count, "rows": rows}


def by_number(catalogue: Catalogue) -> dict[str, int]:
    """Path to the picture's number: its place among all paths in their order."""
    return {path: number for number, path in enumerate(catalogue.paths)}


def entry_rows(catalogue: Catalogue, views: int) -> EntryRows:
    """The rows of an entry with so many changed views of each picture to train on; 0: none."""
    numbers = by_number(catalogue)
    every = np.arange(len(numbers))
    if not views:
        return EntryRows(every, np.zeros_like(every), numbers)
    train = np.sort([numbers[path] for path in catalogue.unread("", {}, ()).train.paths])
    plain = np.setdiff1d(every, train)
    paths = catalogue.paths
    return EntryRows(
        pictures=np.concatenate([plain, *[train] * views]),
        views=np.concatenate([np.zeros_like(plain), np.repeat(np.arange(1, views + 1), len(train))]),
        plain={paths[number]: row for row, number in enumerate(plain)},
        changed={paths[number]: len(plain) + row for row, number in enumerate(train)},
        count=views,
    )


class ChangedViews:
    """Makes the changed views of an entry's rows, as the feed of pictures makes them."""

    def __init__(self, spec: AugmentationSpec, seed: int, rows: EntryRows) -> None:
        import tensorflow as tf

        self._augmenter = Augmenter(spec, seed)
        with tf.device("CPU:0"):
            self._pictures, self._views = tf.constant(rows.pictures), tf.constant(rows.views)

    def __call__(self, pictures: Any, rows: Any) -> Any:
        """float32 [b, height, width, 3] for the pictures of rows, int64 [b], of the same shape."""
        import tensorflow as tf

        views = tf.gather(self._views, rows)
        changed = self._augmenter.changed(views, tf.gather(self._pictures, rows), pictures)
        return tf.where((views > 0)[:, None, None, None], changed, pictures)
