"""Paths below a storage's location."""

from __future__ import annotations

from ..errors import StorageDenied

_TEMPORARY_PREFIX = ".transferjob-"
_LONGEST_STEM = 100


def plain(path: str, where: str) -> str:
    """The path itself. Raises StorageDenied for one that is absolute or climbs with `..`."""
    if path.startswith("/") or ".." in path.split("/") or "\x00" in path:
        raise StorageDenied(f"The path {path!r} leads out of {where}.")
    return path


def temporary_name(stem: str, unique: str) -> str:
    """Name of a file that is being written, never listed."""
    return f"{_TEMPORARY_PREFIX}{stem[:_LONGEST_STEM]}.{unique}"


def is_temporary(name: str) -> bool:
    """Whether a file is one that is, or was, being written."""
    return name.startswith(_TEMPORARY_PREFIX)
