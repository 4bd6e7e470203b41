"""A dataset by name: classes, labels, split and digest, known before any picture is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import DatasetInvalid
from ..storage import Entry
from .duplicates import Copies, find_copies, find_crossings
from .groups import SplitImpossible
from .layout import Layout, check_counts
from .split import TEST, VALIDATION, Aside, Fractions, Rules, set_aside
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
        return self._digest({entry.path: entry.tag or entry.stamp for entry in self.layout.pictures})

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
        copies = find_copies(self.layout.pictures, tags)
        return self._split(order, images, self._digest(tags), broken, copies)

    def unread(self, digest: str, broken: Mapping[str, str], copies: Copies) -> Dataset:
        """The dataset without its pictures, by what an earlier run has learned when it read them."""
        return self._split(self.order(self.paths), None, digest, broken, copies)

    def check(self, expected: int | None = None) -> None:
        """Raises DatasetInvalid for another number of classes than expected, or one with too few pictures."""
        self._check(self.paths, expected)

    def _check(self, paths: Iterable[str], expected: int | None) -> None:
        layout, least = self.layout, self.fractions.least
        own = (layout.labels[path] for path in paths if path not in layout.sides)
        check_counts(self.uri, layout.classes, own, expected, least)

    def _split(
        self, order: list[str], images: Images | None, digest: str, broken: Mapping[str, str], copies: Copies
    ) -> Dataset:
        kept = [path for path in order if path not in broken]
        self._check(kept, None)
        final = self.order(kept)
        if images is not None and final != order:
            row = {path: index for index, path in enumerate(order)}
            images = images[[row[path] for path in final]]
        train, validation, test = self._sides(final, images)
        sides = {path: side for side, part in enumerate((train, validation, test)) for path in part.paths}
        return Dataset(
            train=train,
            validation=validation,
            test=test if self._has(TEST, self.fractions.test) else None,
            classes=self.layout.classes,
            digest=digest,
            skipped=tuple(SkippedFile(path, broken[path]) for path in sorted(broken)),
            ignored=self.layout.ignored,
            left_out=self.layout.left_out,
            copies=copies,
            crossings=find_crossings(copies, sides),
        )

    def _sides(self, final: list[str], images: Images | None) -> tuple[Examples, Examples, Examples]:
        aside = self._aside(final)
        self._check_sides(aside)
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

    def _has(self, side: int, fraction: float | None) -> bool:
        return fraction is not None or side in self.layout.sides.values()

    def _check_sides(self, aside: Aside) -> None:
        for name, side, paths in (("validation", VALIDATION, aside.validation), ("test", TEST, aside.test)):
            if not paths and self._has(side, getattr(self.fractions, name)):
                raise DatasetInvalid(f"dataset.{name}.uri has no readable picture.")

    def _aside(self, paths: list[str]) -> Aside:
        layout = self.layout
        try:
            rules = Rules(layout.groups, layout.sides)
            return set_aside(paths, layout.labels, self.fractions, self.seed, rules)
        except SplitImpossible as error:
            raise DatasetInvalid(
                f"{self.uri}: the class {layout.classes[error.label]!r} has pictures of {error.groups} groups, too few"
                f" to have some of it in {error.side} and some to train on; dataset.validation.groupBy keeps each"
                " group on one side."
            ) from error

    def _digest(self, tags: Mapping[str, str]) -> str:
        return _digest(self.layout.pictures, tags, self._written)

    def _written(self, path: str) -> str:
        """What is said of a picture beside it, on one line; nothing where its path says it."""
        layout = self.layout
        if not layout.written_labels:
            return ""
        return "\t" + json.dumps([layout.classes[layout.labels[path]], layout.groups.get(path)])


NOT_READ: Images = np.empty((0, 0, 0, 3), np.uint8)
"""The images of examples whose pictures nobody needs."""


def _digest(pictures: Iterable[Entry], tags: Mapping[str, str], written: Callable[[str], str]) -> str:
    digest = hashlib.sha256()
    for entry in pictures:
        line = f"{entry.path}\t{entry.size}\t{tags[entry.path]}{written(entry.path)}\n"
        digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()
