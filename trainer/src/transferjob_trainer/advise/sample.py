"""The pictures that advice is found out from: some of those that are trained on, as many of each class as there are."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data import Examples, OpenDataset
from ..data.split import rank
from ..data.types import Images
from ..errors import DatasetInvalid

MOST_PICTURES = 2000
MOST_BYTES = 512 << 20
"""Of decoded pictures."""
LEAST_EACH = 4
"""Of a class, where it has them; of more classes than fit some are looked at."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled pictures, in an order that is chance."""

    images: Images
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    """Pictures of one group are copies, or belong together by dataset.validation.groupBy."""
    paths: tuple[str, ...]
    least: int
    """Pictures to train on in the class of the whole dataset that has fewest."""

    def __len__(self) -> int:
        return len(self.paths)

    def part(self, rows: NDArray[np.int64]) -> Sample:
        """Some of the pictures."""
        paths = tuple(self.paths[row] for row in rows)
        return Sample(self.images[rows], self.labels[rows], self.groups[rows], paths, self.least)

    def share(self, share: float) -> Sample:
        """The first pictures of each class, this share of them and at least LEAST_EACH."""
        rows = [np.flatnonzero(self.labels == label) for label in np.unique(self.labels)]
        kept = [own[: max(LEAST_EACH, round(share * len(own)))] for own in rows]
        return self.part(np.sort(np.concatenate(kept)))

    @property
    def examples(self) -> Examples:
        """As a feed takes them."""
        return Examples(self.images, self.labels.astype(np.int32), self.paths)


def draw_sample(opened: OpenDataset, picture_bytes: int, seed: int, most: int = MOST_PICTURES) -> Sample:
    """Reads a sample: a function of the seed and of the paths to train on.

    Args:
        opened: the dataset, listed.
        picture_bytes: of one decoded picture.
        seed: the job's.
        most: pictures at most.

    Raises:
        DatasetInvalid: too few of them can be read.
        StorageDenied, StorageUnavailable: as when the pictures are loaded.
    """
    train = opened.catalogue.unread("", {}, ()).train
    names = opened.catalogue.layout.classes
    most = max(2 * LEAST_EACH, min(most, MOST_BYTES // picture_bytes))
    chosen = _chosen(train, names, seed, most)
    pictures = opened.pictures(chosen)
    label_of = dict(zip(train.paths, train.labels.tolist(), strict=True))
    paths = [path for path in chosen if path in pictures]
    labels = np.array([label_of[path] for path in paths], np.int64)
    if len(np.unique(labels)) < 2:
        raise DatasetInvalid("too few pictures can be read for advice on the freeze count: two classes are needed")
    return Sample(
        images=np.stack([pictures[path] for path in paths]),
        labels=labels,
        groups=_groups(paths, pictures, opened.catalogue.layout.groups),
        paths=tuple(paths),
        least=min(Counter(train.labels.tolist()).values()),
    )


def _chosen(train: Examples, names: Sequence[str], seed: int, most: int) -> list[str]:
    """Paths in an order that is chance: the same number of each class, all of a class that has fewer."""
    members: dict[int, list[str]] = defaultdict(list)
    for path, label in zip(train.paths, train.labels.tolist(), strict=True):
        members[label].append(path)
    labels = sorted(members, key=lambda label: rank(seed, names[label]))[: max(2, most // LEAST_EACH)]
    each = _each([len(members[label]) for label in labels], most)
    ranked = (sorted(members[label], key=lambda path: rank(seed, path))[:each] for label in labels)
    return sorted((path for paths in ranked for path in paths), key=lambda path: rank(seed, path))


def _each(counts: list[int], most: int) -> int:
    """The largest number a class with which all together are at most so many."""
    each, left = 0, most
    for place, count in enumerate(sorted(counts)):
        each = max(each, min(count, left // (len(counts) - place)))
        left -= min(count, each)
    return max(1, each)


def _groups(paths: Sequence[str], pictures: Mapping[str, Images], named: Mapping[str, str]) -> NDArray[np.int64]:
    """Numbers of the groups: pictures with the same pixels, or of the same named group, have the same one."""
    parent = list(range(len(paths)))

    def root(row: int) -> int:
        while parent[row] != row:
            row = parent[row]
        return row

    first: dict[object, int] = {}
    for row, path in enumerate(paths):
        keys: list[object] = [hashlib.sha256(pictures[path].tobytes()).digest()]
        if path in named:
            keys.append(named[path])
        for key in keys:
            parent[root(row)] = root(first.setdefault(key, row))
    return np.array([root(row) for row in range(len(paths))], np.int64)
