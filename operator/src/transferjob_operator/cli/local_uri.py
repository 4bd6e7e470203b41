"""A dataset as people name it: a folder or file of this machine, or a URI."""

from __future__ import annotations

from pathlib import Path

from .errors import usage


def is_local(data: str) -> bool:
    """Whether the name means something of this machine."""
    return "://" not in data or data.startswith("file://")


def dataset_uri(data: str) -> str:
    """The URI of a dataset. Raises CliError for a path that is not there or that no URI may hold."""
    if "://" in data:
        return data
    path = Path(data).expanduser()
    if not path.exists():
        raise usage(f"There is no folder {data!r}.")
    if any(character.isspace() or character == "\\" for character in str(path.resolve())):
        raise usage(f"{str(path)!r} has a blank or a backslash, which no URI may hold; rename it, or link to it.")
    return f"file://{path.resolve()}{'/' if path.is_dir() else ''}"
