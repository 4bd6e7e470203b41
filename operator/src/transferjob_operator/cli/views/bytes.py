"""Sizes in words."""

from __future__ import annotations

_STEP = 1024


def size_words(size: float) -> str:
    """Such as 120 MiB or 1.5 GiB."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < _STEP:
            return f"{size:.0f} {unit}" if unit in ("B", "KiB", "MiB") else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} TiB"
