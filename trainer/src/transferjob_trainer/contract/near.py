"""The known name that a wrong one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable

_LIKE = 0.6


def nearest(name: str, known: Iterable[str], like: float = _LIKE) -> str | None:
    """The nearest of the known names, in whatever case; None where none is like it by this share (difflib's ratio)."""
    # For manifests that are wrong alone.
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=like)
    return by_lower[near[0]] if near else None


def near_hint(name: str, known: Iterable[str]) -> str:
    """Such as `; near it is ResNet50`; empty where nothing is near."""
    near = nearest(name, known)
    return f"; near it is {near}" if near else ""
