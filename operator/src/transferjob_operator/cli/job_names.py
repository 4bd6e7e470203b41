"""Names for jobs that are made here."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import usage

LONGEST = 52
"""Characters: what the operator derives from a job's name stays a valid name."""
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def checked_name(name: str) -> str:
    """The name. Raises CliError when no job may have it."""
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        raise usage(
            f"--name must be lower case letters, digits and hyphens between them, at most {LONGEST}, got {name!r}."
        )
    return name


def name_from(file: str, otherwise: str) -> str:
    """A name made of a file's or folder's name."""
    stem = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-")[:LONGEST].strip("-")
    return stem or otherwise
