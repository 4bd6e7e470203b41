"""The one table of what can keep a job from running or end it: the source of every reason, sentence and advice.

docs/reference/reasons.md is generated from it. Reasons that tell of nothing wrong are in `ordinary`.
"""

from __future__ import annotations

from .row import Row
from .rows_of_ends import ENDS, TRAINERS
from .rows_with_gpu import WITH_GPU
from .rows_without_gpu import WITHOUT_GPU

ROWS: tuple[Row, ...] = (*WITHOUT_GPU, *WITH_GPU, *ENDS, *TRAINERS)
_BY_REASON = {entry.reason: entry for entry in ROWS}


def row(reason: str) -> Row:
    """The row of a reason. Raises KeyError where there is none."""
    return _BY_REASON[reason]


def find_row(reason: str) -> Row | None:
    """The row of a reason; None for one that tells of nothing wrong."""
    return _BY_REASON.get(reason)
