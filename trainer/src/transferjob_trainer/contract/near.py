"""The known name that a wrong one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable


def near_hint(name: str, known: Iterable[str]) -> str:
    """Such as `; near it is ResNet50`; empty where nothing is near."""
    # For manifests that are wrong alone.
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_lower, n=1)
    return f"; near it is {by_lower[near[0]]}" if near else ""
