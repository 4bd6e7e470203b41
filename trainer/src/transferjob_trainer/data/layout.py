"""Which files are pictures of which class, and whether that can be trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..errors import DatasetInvalid
from ..storage import Entry
from .decode import IMAGE_SUFFIXES

_SPLIT_NAMES = frozenset({"train", "training", "val", "valid", "validation", "test", "testing", "eval"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The pictures of a dataset."""

    pictures: tuple[Entry, ...]
    """Sorted by path."""
    labels: dict[str, int]
    """Path to index into the classes."""
    classes: tuple[str, ...]
    ignored: int
    """Files that are no pictures, are hidden, or lie in no class folder."""
    left_out: tuple[str, ...]
    """Classes that were found and not asked for."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Path to the group of a picture, where something names it."""
    sides: Mapping[str, int] = field(default_factory=dict)
    """Path to side of pictures from a dataset of their own, see split.py."""
    written_labels: bool = False
    """Whether labels (and groups) are written beside the pictures, not in their paths: then they belong to digests."""
    seen: str = ""
    """What was found, for people."""


def arrange(
    uri: str,
    entries: Iterable[Entry],
    listed: tuple[str, ...] | None,
    *,
    strip_top: bool,
    grouped: bool = False,
    kind: str = "ImageFolder",
) -> Layout:
    """Give each picture its class: the name of its first folder.

    Args:
        uri: for sentences.
        entries: all files of the dataset.
        listed: names and order of the classes; None takes all, sorted.
        strip_top: whether a single folder around all class folders is looked through.
        grouped: whether the path between the class folder and the file names a group.
        kind: the format, for people.

    Raises:
        DatasetInvalid: no pictures, fewer than two classes, or a listed class that is missing.
    """
    entries = tuple(entries)
    pictures = [entry for entry in entries if _is_picture(entry.path)]
    depth = _depth(pictures) if strip_top else 0
    by_path = _class_of(pictures, depth)
    if not by_path:
        raise DatasetInvalid(_nothing_found(uri, entries, len(pictures)))
    found = tuple(sorted(set(by_path.values())))
    _refuse_splits(uri, found)
    classes = choose_classes(uri, found, listed)
    number = {name: index for index, name in enumerate(classes)}
    labels = {path: number[name] for path, name in by_path.items() if name in number}
    return Layout(
        pictures=tuple(sorted((entry for entry in pictures if entry.path in labels), key=lambda entry: entry.path)),
        labels=labels,
        classes=classes,
        ignored=len(entries) - len(by_path),
        left_out=tuple(name for name in found if name not in number),
        groups=_groups(labels, depth) if grouped else {},
        seen=f"{kind}: {len(found):,} classes, {len(by_path):,} pictures, {len(entries) - len(by_path):,} other files",
    )


def class_folders(entries: Iterable[Entry]) -> set[str]:
    """Names of the first folders that pictures lie in."""
    return set(_class_of([entry for entry in entries if _is_picture(entry.path)], 0).values())


def check_counts(uri: str, classes: tuple[str, ...], labels: Iterable[int], expected: int | None, least: int) -> None:
    """Raises DatasetInvalid for a wrong number of classes, or a class with fewer than `least` pictures."""
    if len(classes) < 2:
        raise DatasetInvalid(f"{uri} has 1 class ({classes[0]!r}); at least 2 are needed.")
    if expected is not None and len(classes) != expected:
        raise DatasetInvalid(f"{uri} has {len(classes)} classes; head.classes asks for {expected}.")
    counts = Counter(labels)
    small = [(name, counts[index]) for index, name in enumerate(classes) if counts[index] < least]
    if small:
        shown = ", ".join(f"{name!r} has {count}" for name, count in small[:_SHOWN])
        raise DatasetInvalid(
            f"{uri}: every class needs at least {least} readable pictures; {len(small)} of {len(classes)}"
            f" classes have fewer: {shown}."
        )


def _parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path).parts


def _is_picture(path: str) -> bool:
    parts = _parts(path)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and path.lower().endswith(IMAGE_SUFFIXES)


def _depth(pictures: list[Entry]) -> int:
    """1 where a single folder is around all class folders."""
    parts = [_parts(entry.path) for entry in pictures]
    return int(len({part[0] for part in parts}) == 1 and any(len(part) > 2 for part in parts))


def _class_of(pictures: list[Entry], depth: int) -> dict[str, str]:
    """Path to the name of the class folder; without pictures that lie in none."""
    return {entry.path: parts[depth] for entry in pictures if len(parts := _parts(entry.path)) > depth + 1}


def _groups(paths: Iterable[str], depth: int) -> dict[str, str]:
    """Path to the folders inside the class folder; a picture that lies in the class folder itself has no group."""
    return {path: group for path in paths if (group := "/".join(_parts(path)[depth + 1 : -1]))}


def _refuse_splits(uri: str, found: tuple[str, ...]) -> None:
    if {name.lower() for name in found} <= _SPLIT_NAMES:
        names = ", ".join(found)
        raise DatasetInvalid(
            f"{uri} holds splits ({names}) where class folders are expected; name the one to train on in dataset.uri,"
            " the others in dataset.validation.uri and dataset.test.uri."
        )


def choose_classes(uri: str, found: tuple[str, ...], listed: tuple[str, ...] | None) -> tuple[str, ...]:
    """The listed classes, or all. Raises DatasetInvalid when a listed one is missing."""
    missing = [name for name in listed or () if name not in found]
    if missing:
        names = ", ".join(map(repr, missing[:_SHOWN]))
        raise DatasetInvalid(f"{uri} lacks {len(missing)} of the {len(listed or ())} classes: {names}.")
    return listed or found


def _nothing_found(uri: str, entries: tuple[Entry, ...], pictures: int) -> str:
    if not entries:
        return f"{uri} is empty or not there: there is no file below it."
    if pictures:
        return f"{uri} has {pictures} pictures but no class folders; expected one folder a class with pictures inside."
    kinds = Counter(PurePosixPath(entry.path).suffix.lower() or "no suffix" for entry in entries)
    seen = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(_SHOWN))
    return f"{uri} has no pictures among its {len(entries)} files ({seen}); expected one folder a class."
