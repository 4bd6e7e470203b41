"""The datasets of a job as one: what is trained on, and what dataset.validation.uri and dataset.test.uri bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ..errors import DatasetInvalid
from .layout import Layout
from .source import Fetch, LabelledSource
from .split import TEST, VALIDATION

_PREFIX = {VALIDATION: "dataset.validation.uri:/", TEST: "dataset.test.uri:/"}
_SHOWN = 5


class Parts:
    """A main dataset, and others whose pictures all go to one side."""

    def __init__(self, main: LabelledSource, aside: Mapping[int, tuple[str, LabelledSource]]) -> None:
        """Makes one.

        Args:
            main: is trained on, and cut where a share is asked for.
            aside: side to URI and pictures. Their paths get a prefix, so that they differ from all others.
        """
        self._main, self._aside = main, aside

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource. Classes are those of the main dataset; the others must have the same."""
        main = self._main.layout(listed)
        layouts = {side: self._other(side, main, chosen=listed is not None) for side in self._aside}
        return _merged(main, layouts) if layouts else main

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        by_side: dict[int, list[str]] = defaultdict(list)
        for path in wanted:
            by_side[_side(path) if self._aside else 0].append(path)
        if 0 in by_side:
            yield from self._main.contents(by_side.pop(0))
        for side, paths in by_side.items():
            prefix = _PREFIX[side]
            for path, fetch in self._aside[side][1].contents([path.removeprefix(prefix) for path in paths]):
                yield prefix + path, fetch

    def _other(self, side: int, main: Layout, *, chosen: bool) -> Layout:
        uri, source = self._aside[side]
        layout = source.layout(main.classes)
        if layout.left_out and not chosen:
            names = ", ".join(map(repr, layout.left_out[:_SHOWN]))
            raise DatasetInvalid(f"{uri} has {len(layout.left_out)} classes that are not trained on: {names}.")
        return _prefixed(layout, _PREFIX[side])


def _side(path: str) -> int:
    return next((side for side, prefix in _PREFIX.items() if path.startswith(prefix)), 0)


def _prefixed(layout: Layout, prefix: str) -> Layout:
    return replace(
        layout,
        pictures=tuple(replace(entry, path=prefix + entry.path) for entry in layout.pictures),
        labels={prefix + path: label for path, label in layout.labels.items()},
        groups={},
    )


def _merged(main: Layout, others: Mapping[int, Layout]) -> Layout:
    strange = next((path for path in main.labels if _side(path)), None)
    if strange is not None:
        raise DatasetInvalid(f"{strange!r} has a path that begins as those of another dataset do; rename it.")
    layouts = (main, *others.values())
    return replace(
        main,
        pictures=tuple(sorted((entry for each in layouts for entry in each.pictures), key=lambda entry: entry.path)),
        labels={path: label for each in layouts for path, label in each.labels.items()},
        ignored=sum(each.ignored for each in layouts),
        sides={path: side for side, layout in others.items() for path in layout.labels},
        seen="\n".join(each.seen for each in layouts),
    )
