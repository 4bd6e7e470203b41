"""Which column, feature or array holds what: by dataset.fields, or by a usual name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from ...errors import DatasetInvalid
from .problems import quoted

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names that a spec gives; None: a usual one."""

    image: str | None = None
    label: str | None = None
    group: str | None = None
    """Of dataset.validation.groupBy."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names that are read."""

    image: str
    label: str
    group: str | None

    @property
    def all(self) -> tuple[str, ...]:
        """Every name, once."""
        return tuple(dict.fromkeys(name for name in (self.image, self.label, self.group) if name is not None))


@dataclass(frozen=True, slots=True)
class Usual:
    """What a format calls its parts when nobody says."""

    kind: Literal["column", "feature", "array"]
    image: tuple[str, ...]
    label: tuple[str, ...]


CSV = Usual(
    "column",
    ("path", "image", "file", "filename", "file_name", "image_path"),
    ("label", "class", "category", "species"),
)
TFRECORD = Usual("feature", ("image", "image/encoded", "image_raw"), ("label", "image/class/label"))
NPZ = Usual("array", ("images", "image", "x", "x_train"), ("labels", "label", "y", "y_train"))


def choose_fields(uri: str, usual: Usual, wanted: Wanted, present: Collection[str]) -> Chosen:
    """The names that are read.

    Args:
        uri: for sentences.
        usual: the format's own names.
        wanted: what the spec says.
        present: names that the file has.

    Raises:
        DatasetInvalid: a name that the file does not have, or none or several usual ones.
    """
    chosen = Chosen(
        _choose(uri, usual, "image", wanted.image, usual.image, present),
        _choose(uri, usual, "label", wanted.label, usual.label, present),
        wanted.group,
    )
    if wanted.group is not None and wanted.group not in present:
        raise DatasetInvalid(
            f"{uri} has no {usual.kind} {quoted(wanted.group)}, which dataset.validation.groupBy names;"
            f" {_those(usual, present)}."
        )
    return chosen


def _choose(
    uri: str, usual: Usual, part: str, wanted: str | None, names: tuple[str, ...], present: Collection[str]
) -> str:
    field = f"dataset.fields.{part}"
    if wanted is not None:
        if wanted in present:
            return wanted
        raise DatasetInvalid(
            f"{uri} has no {usual.kind} {quoted(wanted)}, which {field} names; {_those(usual, present)}."
        )
    found = [name for name in names if name in present]
    if len(found) == 1:
        return found[0]
    why = f"several may be the {part} ({', '.join(found)})" if found else f"none is called {' or '.join(names)}"
    raise DatasetInvalid(f"{uri}: name the {usual.kind} of the {part} in {field}: {why}; {_those(usual, present)}.")


def _those(usual: Usual, present: Collection[str]) -> str:
    shown = ", ".join(quoted(name) for name in sorted(present)[:_SHOWN])
    return f"its {usual.kind}s are {shown}" + (" and more" if len(present) > _SHOWN else "")
