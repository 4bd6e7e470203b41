"""Where a training stands, as rows of the view of a job."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table

from .fields import Object, integer, number, part, text
from .job import epoch_words, is_over, remaining_words
from .rows import Row, row_if

_BAR_WIDTH = 40


def training_rows(job: Object) -> Iterator[Row]:
    """Progress while the job runs, and the figures of its last epoch that is known."""
    progress = part(job, "status", "progress")
    if not progress:
        return
    if not is_over(job):
        yield "progress", _bar(job)
        yield from row_if("", _position(job))
    figures = _figures(progress)
    yield from row_if("figures", figures)


def _bar(job: Object) -> RenderableType:
    percent = number(job, "status", "progress", "percent") or 0.0
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(max_width=_BAR_WIDTH)
    line.add_column(no_wrap=True)
    line.add_row(ProgressBar(total=100, completed=min(100.0, max(0.0, percent)), width=None), f"{percent:.0f}%")
    return line


def _position(job: Object) -> str:
    progress = part(job, "status", "progress")
    step, steps = integer(progress, "step"), integer(progress, "steps")
    epoch, remaining = epoch_words(job), remaining_words(job)
    phase = text(progress, "phase")
    words = [
        text(progress, "stage"),
        f"phase {phase}" if phase else "",
        f"epoch {epoch}" if epoch else "",
        f"step {step}/{steps}" if step is not None and steps else "",
        f"ETA {remaining}" if remaining else "",
    ]
    return ", ".join(word for word in words if word)


def _figures(progress: Object) -> str:
    names = (("loss", "loss"), ("accuracy", "accuracy"), ("valLoss", "val loss"), ("valAccuracy", "val accuracy"))
    words = [f"{word} {value:.4f}" for key, word in names if (value := number(progress, key)) is not None]
    speed = number(progress, "imagesPerSecond")
    return ", ".join([*words, *([f"{speed:,.0f} images/s"] if speed is not None else [])])
