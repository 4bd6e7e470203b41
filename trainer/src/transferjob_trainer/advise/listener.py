"""Who is told how finding out goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> None:
    """Nobody watches for a stall."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Two functions."""

    say: Callable[[str], None]
    """A line of the log."""
    moved: Callable[[], None] = _nothing
    """Something moved: called a few times a second or after each longer step."""
