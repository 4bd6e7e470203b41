"""The full view of one job; the live view draws it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .advice import advice_line
from .fields import Object, integer, mappings, number, part, text
from .job import (
    CONDITIONS,
    Reason,
    age_words,
    duration_words,
    epoch_words,
    freeze_words,
    has_failed,
    is_over,
    name_of,
    namespace_of,
    phase_of,
    queued_words,
    reason_of,
    remaining_words,
)
from .next_steps import next_step

PHASE_STYLES = {
    "Pending": "yellow",
    "Starting": "cyan",
    "Running": "blue",
    "Restarting": "magenta",
    "Suspended": "yellow",
    "Succeeded": "green",
    "Failed": "red",
}
_BAR_WIDTH = 40
_LOG_TAIL_LINES = 12

Row = tuple[str, RenderableType]


def status_view(job: Object, now: datetime) -> RenderableType:
    """Everything a person wants to know of a job, as rows of a label and a value that wraps to the width."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for label, value in _rows(job, now):
        grid.add_row(label, value)
    return Group(_title(job), grid, *_log_tail(job))


def _title(job: Object) -> Text:
    phase = phase_of(job)
    title = Text.assemble((name_of(job), "bold"), "  ", (phase, f"bold {PHASE_STYLES.get(phase, 'white')}"))
    namespace = namespace_of(job)
    return title.append(f"  {namespace}", style="dim") if namespace else title


def _rows(job: Object, now: datetime) -> Iterator[Row]:
    yield "model", _model(job)
    yield from _present("data", _data(job))
    yield from _training(job)
    yield from _present("advice", advice_line(part(job, "status", "advice"), integer(job, "status", "model", "depth")))
    yield from _present("time", _time(job, now))
    yield from _present("reason", str(reason_of(job)))
    last = part(job, "status", "lastRestart")
    yield from _present("last restart", str(Reason(text(last, "reason"), text(last, "message"))))
    yield from _conditions(job)
    yield from _result(job)
    yield from _present("next", next_step(job))


def _present(label: str, value: str) -> Iterator[Row]:
    if value:
        yield label, Text(value)


def _model(job: Object) -> Text:
    model = part(job, "status", "model")
    words = [text(job, "spec", "backbone", "name")]
    depth, frozen = integer(model, "depth"), integer(model, "frozenLayers")
    with_head = integer(model, "depthWithHead")
    if depth is not None and frozen is not None:
        by = "chosen from the pictures, " if "auto" in part(job, "spec", "freeze") else ""
        words.append(f"{by}{frozen} of {depth} layers frozen" + (f" ({with_head} with the head)" if with_head else ""))
    else:
        words.append(f"freeze {freeze_words(job)}")
    trainable, still = integer(model, "trainableParameters"), integer(model, "frozenParameters")
    if trainable is not None and still is not None:
        words.append(f"{trainable:,} parameters trained, {still:,} frozen")
    return Text(", ".join(word for word in words if word))


def _data(job: Object) -> str:
    data = part(job, "status", "dataset")
    counts = (("classes", "classes"), ("examples", "images"), ("validationExamples", "to validate"))
    words = [f"{count:,} {word}" for key, word in counts if (count := integer(data, key)) is not None]
    return ", ".join(words) or text(job, "spec", "dataset", "uri")


def _training(job: Object) -> Iterator[Row]:
    progress = part(job, "status", "progress")
    if not progress:
        return
    if not is_over(job):
        yield "progress", _bar(job)
        yield from _present("", _position(job))
    figures = _figures(progress)
    yield from _present("figures", figures)


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


def _time(job: Object, now: datetime) -> str:
    age, duration = age_words(job, now), duration_words(job, now)
    attempts = integer(job, "status", "attempts")
    words = [
        f"age {age}" if age else "",
        f"queued {queued}" if (queued := queued_words(job)) else "",
        f"{'took' if is_over(job) else 'running'} {duration}" if duration else "",
        f"attempt {attempts}" if attempts else "",
        f"on {text(job, 'status', 'node')}" if text(job, "status", "node") else "",
    ]
    return ", ".join(word for word in words if word)


def _conditions(job: Object) -> Iterator[Row]:
    states = {text(entry, "type"): text(entry, "status") for entry in mappings(job, "status", "conditions")}
    if not states:
        return
    line = Text()
    for name in (*CONDITIONS, *sorted(states.keys() - set(CONDITIONS))):
        if name in states:
            line.append("" if not line else "  ").append(f"{name}={states[name]}", style=_condition_style(states[name]))
    yield "conditions", line


def _condition_style(state: str) -> str:
    return {"True": "bold", "False": "dim"}.get(state, "yellow")


def _result(job: Object) -> Iterator[Row]:
    result = part(job, "status", "result")
    metrics = part(result, "metrics")
    figures = [f"{key} {value:.4f}" for key in metrics if (value := number(metrics, key)) is not None]
    yield from _present("result", ", ".join(figures))
    yield from _present("model URI", text(result, "modelURI"))
    formats = [text(artifact, "format") for artifact in mappings(result, "artifacts")]
    yield from _present("files", ", ".join(name for name in formats if name))


def _log_tail(job: Object) -> Iterator[RenderableType]:
    heading, tail = "last lines of the log", text(job, "status", "failure", "logTail") if has_failed(job) else ""
    if not tail and not is_over(job):
        heading, tail = "last lines of the attempt before", text(job, "status", "lastRestart", "logTail")
    if tail:
        yield Text(heading, style="dim")
        yield Text("\n".join(tail.rstrip("\n").splitlines()[-_LOG_TAIL_LINES:]), overflow="fold")
