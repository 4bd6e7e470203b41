"""The full view of one job; the live view draws it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from transferjob_trainer.contract.metrics_words import metrics_words

from .advice import advice_line
from .fields import Object, integer, mappings, number, part, text
from .job import (
    CONDITIONS,
    Reason,
    age_words,
    duration_words,
    freeze_words,
    has_failed,
    is_over,
    name_of,
    namespace_of,
    phase_of,
    queued_words,
    reason_of,
)
from .next_steps import next_step
from .rows import Row, row_if, rows_grid
from .training import training_rows

PHASE_STYLES = {
    "Pending": "yellow",
    "Starting": "cyan",
    "Running": "blue",
    "Restarting": "magenta",
    "Suspended": "yellow",
    "Succeeded": "green",
    "Failed": "red",
}
_LOG_TAIL_LINES = 12


def status_view(job: Object, now: datetime) -> RenderableType:
    """Everything a person wants to know of a job, as rows of a label and a value that wraps to the width."""
    return Group(_title(job), rows_grid(_rows(job, now)), *_log_tail(job))


def _title(job: Object) -> Text:
    phase = phase_of(job)
    title = Text.assemble((name_of(job), "bold"), "  ", (phase, f"bold {PHASE_STYLES.get(phase, 'white')}"))
    namespace = namespace_of(job)
    return title.append(f"  {namespace}", style="dim") if namespace else title


def _rows(job: Object, now: datetime) -> Iterator[Row]:
    yield "model", _model(job)
    yield from row_if("data", _data(job))
    yield from training_rows(job)
    yield from row_if("advice", advice_line(part(job, "status", "advice"), integer(job, "status", "model", "depth")))
    yield from row_if("time", _time(job, now))
    yield from row_if("reason", str(reason_of(job)))
    last = part(job, "status", "lastRestart")
    yield from row_if("last restart", str(Reason(text(last, "reason"), text(last, "message"))))
    yield from _conditions(job)
    yield from _result(job)
    yield from row_if("next", next_step(job))


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
    figures = {name: value for name in metrics if (value := number(metrics, name)) is not None}
    yield from row_if("result", metrics_words(figures))
    yield from row_if("model URI", text(result, "modelURI"))
    formats = [text(artifact, "format") for artifact in mappings(result, "artifacts")]
    yield from row_if("files", ", ".join(name for name in formats if name))


def _log_tail(job: Object) -> Iterator[RenderableType]:
    heading, tail = "last lines of the log", text(job, "status", "failure", "logTail") if has_failed(job) else ""
    if not tail and not is_over(job):
        heading, tail = "last lines of the attempt before", text(job, "status", "lastRestart", "logTail")
    if tail:
        yield Text(heading, style="dim")
        yield Text("\n".join(tail.rstrip("\n").splitlines()[-_LOG_TAIL_LINES:]), overflow="fold")
