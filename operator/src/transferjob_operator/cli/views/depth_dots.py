"""Accuracy over freeze depth: a line a job with a dot and its 95 % interval, all on one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fields import Object, integer, number, part
from .job import accuracy_of, name_of

_WIDEST, _NARROWEST = 40, 8
_MARKS = {True: ("●", "├", "─", "┤"), False: ("o", "|", "-", "|")}


@dataclass(frozen=True, slots=True)
class _Dot:
    name: str
    share: float
    """Of the layers: what is frozen."""
    accuracy: float
    low: float
    high: float


def depths(jobs: Sequence[Object], width: int | None, *, unicode: bool) -> Iterator[str]:
    """The lines, least frozen first; none with fewer than two jobs that have an accuracy.

    Args:
        jobs: what is compared.
        width: characters of the terminal; None: as wide as it gets.
        unicode: whether the terminal shows more than ASCII.
    """
    dots = sorted((dot for job in jobs if (dot := _dot(job)) is not None), key=lambda dot: dot.share)
    if len(dots) < 2:
        return
    low, high = min(dot.low for dot in dots), max(dot.high for dot in dots)
    longest = max(len(dot.name) for dot in dots)
    beside = longest + len("   100%  0.0000")
    columns = _WIDEST if width is None else max(_NARROWEST, min(_WIDEST, width - beside))
    yield f"\naccuracy over freeze depth, {low:.4f} to {high:.4f}, with 95 % intervals"
    for dot in dots:
        line = _line(dot, low, high, columns, _MARKS[unicode])
        yield f"  {dot.name.ljust(longest)} {dot.share:>4.0%} {line} {dot.accuracy:.4f}"


def _line(dot: _Dot, low: float, high: float, columns: int, marks: tuple[str, str, str, str]) -> str:
    def place(value: float) -> int:
        return round((columns - 1) * (value - low) / (high - low)) if high > low else columns // 2

    middle, left, dash, right = marks
    first, last = place(dot.low), place(dot.high)
    cells = [dash if first <= column <= last else " " for column in range(columns)]
    cells[first], cells[last], cells[place(dot.accuracy)] = left, right, middle
    return "".join(cells)


def _dot(job: Object) -> _Dot | None:
    model, metrics = part(job, "status", "model"), part(job, "status", "result", "metrics")
    frozen, depth, accuracy = integer(model, "frozenLayers"), integer(model, "depth"), accuracy_of(job)
    if frozen is None or not depth or accuracy is None:
        return None
    low, high = number(metrics, "accuracyLow"), number(metrics, "accuracyHigh")
    return _Dot(
        name_of(job),
        frozen / depth,
        accuracy,
        accuracy if low is None else min(low, accuracy),
        accuracy if high is None else max(high, accuracy),
    )
