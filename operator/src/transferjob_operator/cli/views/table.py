"""The list of jobs: as wide as the terminal allows, or whole in plain columns when piped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .fields import Object, text
from .job import (
    accuracy_of,
    age_words,
    duration_words,
    epoch_words,
    freeze_words,
    is_over,
    name_of,
    namespace_of,
    phase_of,
    reason_of,
    remaining_words,
)
from .status import PHASE_STYLES

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column; those with a higher rank are left out first when the terminal is narrow."""

    title: str
    rank: int
    cell: Callable[[Object, datetime], str]


def _time_cell(job: Object, now: datetime) -> str:
    return duration_words(job, now) if is_over(job) else remaining_words(job)


def _accuracy_cell(job: Object, _: datetime) -> str:
    accuracy = accuracy_of(job)
    return f"{accuracy:.4f}" if accuracy is not None else ""


def _reason_cell(job: Object, _: datetime) -> str:
    return reason_of(job).word


_NAMESPACE = Column("NAMESPACE", 1, lambda job, _: namespace_of(job))
_COLUMNS = (
    Column("NAME", 0, lambda job, _: name_of(job)),
    Column("BACKBONE", 5, lambda job, _: text(job, "spec", "backbone", "name")),
    Column("FREEZE", 6, lambda job, _: freeze_words(job)),
    Column("PHASE", 0, lambda job, _: phase_of(job)),
    Column("EPOCH", 2, lambda job, _: epoch_words(job)),
    Column("ACCURACY", 3, _accuracy_cell),
    Column("ETA/TOOK", 4, _time_cell),
    Column("AGE", 7, age_words),
    Column("REASON", 8, _reason_cell),
)


def columns(*, with_namespace: bool) -> tuple[Column, ...]:
    """All columns, with the namespace in front when jobs of several are shown."""
    return (_NAMESPACE, *_COLUMNS) if with_namespace else _COLUMNS


def plain_table(jobs: Sequence[Object], now: datetime, *, with_namespace: bool) -> str:
    """Aligned columns without colour and without cutting; an empty cell is `-`, so that columns can be counted."""
    shown = columns(with_namespace=with_namespace)
    rows = [[column.title for column in shown], *_cells(jobs, shown, now)]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def job_table(jobs: Sequence[Object], now: datetime, width: int, *, with_namespace: bool) -> RenderableType:
    """The table for a terminal of `width` characters: columns that matter less give way."""
    if not jobs:
        return Text("There are no TransferJobs here.")
    shown = _fitting(jobs, columns(with_namespace=with_namespace), now, width)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for column in shown:
        table.add_column(column.title, overflow="fold")
    for job, cells in zip(jobs, _cells(jobs, shown, now), strict=True):
        styled = zip(cells, shown, strict=True)
        table.add_row(*(Text(cell, style=_style(job, column)) for cell, column in styled))
    return table


def bounded_table(
    jobs: Sequence[Object], now: datetime, width: int, height: int | None, *, with_namespace: bool
) -> RenderableType:
    """The same in at most `height` lines: the last one tells how many jobs are left out."""
    if height is None or len(jobs) < height:
        return job_table(jobs, now, width, with_namespace=with_namespace)
    shown = jobs[: max(1, height - 2)]
    more = Text(f"and {len(jobs) - len(shown)} more", style="dim")
    return Group(job_table(shown, now, width, with_namespace=with_namespace), more)


def _style(job: Object, column: Column) -> str:
    return PHASE_STYLES.get(phase_of(job), "") if column.title == "PHASE" else ""


def _cells(jobs: Iterable[Object], shown: Sequence[Column], now: datetime) -> list[list[str]]:
    return [[column.cell(job, now) or "-" for column in shown] for job in jobs]


def _fitting(jobs: Sequence[Object], all_columns: tuple[Column, ...], now: datetime, width: int) -> tuple[Column, ...]:
    shown = all_columns
    while _width(jobs, shown, now) > width and max(column.rank for column in shown) > 0:
        last = max(column.rank for column in shown)
        shown = tuple(column for column in shown if column.rank != last)
    return shown


def _width(jobs: Sequence[Object], shown: Sequence[Column], now: datetime) -> int:
    longest = [max([len(column.title), *(len(column.cell(job, now)) for job in jobs)]) for column in shown]
    return sum(longest) + _GAP * (len(shown) - 1)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * _GAP).join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
