"""Class names as people and tools read them."""

from __future__ import annotations

from collections.abc import Iterable

_CONTROL = dict.fromkeys((*range(32), 127, 133, 8232, 8233), " ")


def labels_text(classes: Iterable[str]) -> str:
    """One line a class, in the order of the outputs; a name that would break its line has blanks there instead."""
    return "".join(f"{name.translate(_CONTROL)}\n" for name in classes)
