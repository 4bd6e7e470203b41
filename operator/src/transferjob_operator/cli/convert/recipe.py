"""What a snippet says, field by field, with the reason of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .reader import Reader
from .values import Fit, Model, Net


@dataclass(slots=True)
class Recipe:
    """A spec in the making: values by their path below spec, with comments."""

    reader: Reader
    net: Net
    model: Model
    fits: list[Fit]
    spec: dict[str, Any] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    def put(self, path: str, value: Any, why: str = "", line: int = 0) -> None:
        """Sets a field, such as training.batchSize, with a comment that begins with where it comes from."""
        *folders, name = path.split(".")
        target = self.spec
        for folder in folders:
            target = target.setdefault(folder, {})
        target[name] = value
        place = self.reader.source.place(line) if line else ""
        said = ": ".join(part for part in (place, why or self.reader.source.code(line)) if part)
        if said:
            self.why[f"spec.{path}"] = said

    def known(self, value: Any, kind: Callable[[Any], bool], line: int, what: str) -> Any:
        """The value when it is known and of the right kind, else None and a word of what was not read."""
        if value is None:
            return None
        if kind(value):
            return value
        self.reader.miss(line, f"{what} is not known without running the snippet")
        return None


def is_count(value: Any) -> bool:
    """A whole number from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_rate(value: Any) -> bool:
    """A number above 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
