"""Pictures with their likeliest classes."""

from __future__ import annotations

from collections.abc import Sequence

from .columns import aligned
from .fields import Object, mappings, number, text

_BAR = 10


def prediction_lines(answers: Sequence[Object], width: int | None) -> list[str]:
    """A line a picture that was read: its name, the best class with a bar, and the next ones where there is room."""
    read = [answer for answer in answers if not text(answer, "error")]
    if not read:
        return []
    for others in (True, False):
        rows = [_row(answer, others) for answer in read]
        lines = aligned([("IMAGE", "CLASS", "", ""), *rows], (False, False, True, False))
        if width is None or max(map(len, lines)) <= width:
            return lines
    return lines


def _row(answer: Object, others: bool) -> tuple[str, str, str, str]:
    best, *rest = mappings(answer, "top")
    share = number(best, "probability") or 0.0
    beside = ", ".join(f"{text(one, 'label')} {number(one, 'probability') or 0:.1%}" for one in rest) if others else ""
    name = text(answer, "image").rpartition("/")[2]
    return name, text(best, "label"), f"{share:.1%}", f"{'#' * round(_BAR * share):<{_BAR}} {beside}"
