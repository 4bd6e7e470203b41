"""Many jobs at once: what needs a person first, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap

from rich.console import Group, RenderableType
from rich.text import Text

from .fields import Object, text
from .job import is_over, is_true, name_of, phase_of, reason_of
from .next_steps import next_step
from .status import PHASE_STYLES
from .table import bounded_table, plain_table

_ORDER = ("Failed", "Stalled", "Restarting", "Waiting", "Starting", "Running", "Suspended", "Pending", "Succeeded")
_EXPLAINED = ("Failed", "Stalled", "Restarting", "Waiting")
_MOST_EXPLAINED = 5


def by_attention(jobs: Sequence[Object]) -> list[Object]:
    """Jobs that failed first, then those in trouble, at work, at rest, done; the newest of each first."""
    newest = sorted(jobs, key=_moment, reverse=True)
    return sorted(newest, key=lambda job: _ORDER.index(_kind(job)))


def overview(
    jobs: Sequence[Object], now: datetime, width: int, height: int | None = None, *, with_namespace: bool
) -> RenderableType:
    """The table of a terminal, and the reasons below it; what is too much for `height` lines gives way in the table."""
    ordered = by_attention(jobs)
    troubles = _troubles(ordered)
    told = [Text(line, style=PHASE_STYLES.get(phase_of(job), "")) for job, line in troubles]
    room = None if height is None else height - sum(len(wrap(line, width)) for _, line in troubles)
    return Group(bounded_table(ordered, now, width, room, with_namespace=with_namespace), *told)


def plain_overview(jobs: Sequence[Object], now: datetime, *, with_namespace: bool) -> str:
    """The same for a pipe: a line a job; reasons are in its last column."""
    return plain_table(by_attention(jobs), now, with_namespace=with_namespace)


def _troubles(ordered: Sequence[Object]) -> list[tuple[Object, str]]:
    lines = []
    for job in [job for job in ordered if _kind(job) in _EXPLAINED][:_MOST_EXPLAINED]:
        why, step = str(reason_of(job)), next_step(job)
        ended = why if why.endswith((".", "!", "?")) else f"{why}."
        lines.append((job, f"{name_of(job)}: {ended}{f' Next: {step}' if step else ''}"))
    return lines


def _kind(job: Object) -> str:
    phase = phase_of(job)
    if is_true(job, "TrainingStalled") and not is_over(job):
        return "Stalled"
    if phase in ("Pending", "Starting") and _is_trouble(job):
        return "Waiting"
    return phase if phase in _ORDER else "Pending"


def _is_trouble(job: Object) -> bool:
    from ...core.diagnosis.table import find_row

    row = find_row(reason_of(job).word)
    return row is not None and not row.normal


def _moment(job: Object) -> str:
    return text(job, "status", "completionTime") or text(job, "metadata", "creationTimestamp")
