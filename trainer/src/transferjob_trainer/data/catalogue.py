"""A dataset by name: classes, labels, split and digest, known before any picture is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..storage import Entry
from .layout import Layout, check_counts
from .split import Aside, Fractions, set_aside
from .types import Dataset, Examples, Images, SkippedFile


@dataclass(frozen=True)
class Catalogue:
    """The pictures of a dataset and what becomes of them."""

    uri: str
    layout: Layout
    fractions: Fractions
    seed: int

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All pictures of the classes, sorted."""
        return tuple(entry.path for entry in self.layout.pictures)

    @cached_property
    def listing(self) -> str:
        """Digest over path, size and tag (or stamp) of the pictures: another one when a picture is written again."""
        return _digest(self.layout.pictures, {entry.path: entry.tag or entry.stamp for entry in self.layout.pictures})

    def order(self, paths: Iterable[str]) -> list[str]:
        """All training paths, then all validation paths, then all test paths, each sorted: so all sides are views of
        one array."""
        paths = list(paths)
        aside = self._aside(paths)
        return sorted(paths, key=lambda path: (aside.side(path), path))

    def dataset(
        self, order: list[str], images: Images | None, tags: Mapping[str, str], broken: Mapping[str, str]
    ) -> Dataset:
        """The dataset of decoded pictures; its digest is over the tags, which are those of the content.

        Args:
            order: paths of the pictures, as `order` gave them.
            images: [len(order), height, width, 3].
            tags: path to tag.
            broken: path to reason of pictures that could not be decoded.

        Raises:
            DatasetInvalid: a class has too few readable pictures.
        """
        return self._split(order, images, _digest(self.layout.pictures, tags), broken)

    def unread(self, digest: str, broken: Mapping[str, str]) -> Dataset:
        """The dataset without its pictures, by what an earlier run has learned when it read them."""
        return self._split(self.order(self.paths), None, digest, broken)

    def _split(self, order: list[str], images: Images | None, digest: str, broken: Mapping[str, str]) -> Dataset:
        kept = [path for path in order if path not in broken]
        check_counts(
            self.uri, self.layout.classes, (self.layout.labels[path] for path in kept), None, self.fractions.least
        )
        final = self.order(kept)
        if images is not None and final != order:
            row = {path: index for index, path in enumerate(order)}
            images = images[[row[path] for path in final]]
        train, validation, test = self._sides(final, images)
        return Dataset(
            train=train,
            validation=validation,
            test=test if self.fractions.test is not None else None,
            classes=self.layout.classes,
            digest=digest,
            skipped=tuple(SkippedFile(path, broken[path]) for path in sorted(broken)),
            ignored=self.layout.ignored,
            left_out=self.layout.left_out,
        )

    def _sides(self, final: list[str], images: Images | None) -> tuple[Examples, Examples, Examples]:
        aside = self._aside(final)
        first = len(final) - len(aside.validation) - len(aside.test)
        second = first + len(aside.validation)
        return (
            self._examples(final, images, slice(first)),
            self._examples(final, images, slice(first, second)),
            self._examples(final, images, slice(second, None)),
        )

    def _examples(self, final: list[str], images: Images | None, side: slice) -> Examples:
        paths = final[side]
        labels = np.fromiter((self.layout.labels[path] for path in paths), np.int32, len(paths))
        return Examples(NOT_READ if images is None else images[side], labels, tuple(paths))

    def _aside(self, paths: list[str]) -> Aside:
        return set_aside(paths, self.layout.labels, self.fractions, self.seed)


NOT_READ: Images = np.empty((0, 0, 0, 3), np.uint8)
"""The images of examples whose pictures nobody needs."""


def _digest(pictures: Iterable[Entry], tags: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for entry in pictures:
        line = f"{entry.path}\t{entry.size}\t{tags[entry.path]}\n"
        digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()
