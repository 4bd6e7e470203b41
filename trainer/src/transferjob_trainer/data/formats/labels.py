"""From labels that are written beside pictures to numbered classes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import DatasetInvalid
from ...storage import Entry
from ..layout import Layout, choose_classes
from .problems import Problems, quoted

MAX_ROWS = 2_000_000
MAX_CLASSES = 10_000
"""As many as dataset.classes may list."""
LONGEST_LABEL = 255
_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """A picture with its label."""

    entry: Entry
    label: str
    group: str | None = None
    """Pictures of one group stay on one side of the split."""


def layout_of_rows(
    uri: str, rows: Iterable[Row], listed: tuple[str, ...] | None, *, ignored: int = 0, seen: str = ""
) -> Layout:
    """Numbers the classes.

    Labels are names. Where all are whole numbers they count as numbers: they are sorted as such, and `listed`, unless
    it holds numbers itself, names them: label 0 is the first.

    Args:
        uri: for sentences.
        rows: the pictures, each path once.
        listed: dataset.classes.
        ignored: files that are no part of the dataset.
        seen: what was found, for people.

    Raises:
        DatasetInvalid: no rows, labels out of range, too many classes, or a listed class that is missing.
    """
    rows = tuple(rows)
    if not rows:
        raise DatasetInvalid(f"{uri} is empty: it names no picture.")
    found = {row.label for row in rows}
    numeric = all(_NUMBER.fullmatch(label) for label in found)
    _check_range(uri, rows, _named_by_number(listed) if numeric else None, numeric=numeric)
    if len(found) > MAX_CLASSES:
        raise DatasetInvalid(
            f"{uri} has {len(found):,} different labels, at most {MAX_CLASSES:,} are accepted; is it the label that"
            " dataset.fields.label names?"
        )
    names = _names(found, listed, numeric=numeric)
    classes = choose_classes(uri, tuple(dict.fromkeys(names.values())), listed)
    number = {name: index for index, name in enumerate(classes)}
    kept = sorted((row for row in rows if names[row.label] in number), key=lambda row: row.entry.path)
    return Layout(
        pictures=tuple(row.entry for row in kept),
        labels={row.entry.path: number[names[row.label]] for row in kept},
        classes=classes,
        ignored=ignored,
        left_out=tuple(name for name in dict.fromkeys(names.values()) if name not in number),
        groups={row.entry.path: row.group for row in kept if row.group is not None},
        written_labels=True,
        seen=seen,
    )


def clean_label(label: str) -> str:
    """The label without blanks around it, kept in memory once. Raises ValueError, which says what is wrong with it."""
    label = label.strip()
    if not label:
        raise ValueError("has no label")
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"has a label of {len(label):,} characters, at most {LONGEST_LABEL} are accepted")
    if not label.isprintable():
        raise ValueError(f"has a label with control characters: {quoted(label)}")
    return sys.intern(label)


def _named_by_number(listed: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The classes as names of the labels 0, 1, 2 and so on; None when they are numbers themselves."""
    if listed is None or any(_NUMBER.fullmatch(name) for name in listed):
        return None
    return listed


def _check_range(uri: str, rows: tuple[Row, ...], names: tuple[str, ...] | None, *, numeric: bool) -> None:
    if not numeric:
        return
    problems = Problems(uri, "labels")
    for row in rows:
        number = int(row.label)
        if number < 0 or (names is not None and number >= len(names)):
            limit = f", which dataset.classes limits to 0 to {len(names) - 1}" if names else ", below 0"
            problems.add(row.entry.path, f"has label {number}{limit}")
    problems.require_none(len(rows))


def _names(found: set[str], listed: tuple[str, ...] | None, *, numeric: bool) -> dict[str, str]:
    """Label as written to the name of its class, in the order of the classes."""
    if not numeric:
        return {label: label for label in sorted(found)}
    names = _named_by_number(listed)
    ordered = sorted(found, key=lambda label: (int(label), label))
    return {label: names[int(label)] if names else label for label in ordered}
