"""Jobs, curves and results as a notebook shows them: light or dark as the notebook is, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from transferjob_operator.cli.drawing.charts import line_chart
from transferjob_operator.cli.drawing.depth import depth_bar
from transferjob_operator.cli.drawing.markup import Markup, joined, table, tag
from transferjob_operator.cli.views.fields import integer, number, part, text
from transferjob_operator.cli.views.job import (
    accuracy_of,
    duration_words,
    epoch_words,
    freeze_words,
    name_of,
    phase_of,
    reason_of,
    remaining_words,
)

from .curves import Curves

_CARD = "border:1px solid rgba(127,127,127,.4);border-radius:8px;padding:10px 14px;max-width:960px"
_SIDE = "display:flex;flex-wrap:wrap;gap:16px"
_QUIET = "opacity:.7"
_MARKS = {"Succeeded": "✓", "Failed": "✗", "Running": "▶", "Suspended": "‖"}


def job_html(job: Mapping[str, Any]) -> str:
    """A card of one job."""
    return _card(job)


def run_html(job: Mapping[str, Any], curves: Curves) -> str:
    """The card with the curves so far."""
    return _card(job, _plots(curves))


def curves_html(curves: Curves) -> str:
    """Two charts side by side; a sentence when there is no epoch."""
    if not len(curves):
        return tag("div", f"{curves.name}: no epoch is known, or its log is gone.")
    return tag("div", _plots(curves), style=_SIDE)


def result_html(name: str, uri: str, metrics: Mapping[str, float]) -> str:
    """Figures and place of a model."""
    rows = [(key, f"{value:.4f}") for key, value in metrics.items()]
    return tag("div", tag("b", name), tag("div", uri, style=_QUIET), table(("figure", "value"), rows), style=_CARD)


def _card(job: Mapping[str, Any], *below: Markup) -> Markup:
    phase = phase_of(job)
    head = tag("div", tag("b", name_of(job)), f"  {_MARKS.get(phase, '·')} {phase}  ", style="font-size:1.1em")
    lines = joined(tag("div", tag("span", f"{label}: ", style=_QUIET), value) for label, value in _facts(job))
    return tag("div", head, lines, _depth(job), tag("div", *below, style=_SIDE) if any(below) else "", style=_CARD)


def _facts(job: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    model, status = part(job, "status", "model"), part(job, "status")
    frozen, depth = integer(model, "frozenLayers"), integer(model, "depth")
    how = f"{frozen} of {depth} layers frozen" if frozen is not None else f"freeze {freeze_words(job)}"
    yield "model", f"{text(job, 'spec', 'backbone', 'name')}, {how}"
    yield "data", text(job, "spec", "dataset", "uri")
    accuracy, loss = accuracy_of(job), number(status, "progress", "loss")
    words = (
        f"epoch {epoch_words(job)}" if epoch_words(job) else "",
        f"accuracy {accuracy:.4f}" if accuracy is not None else "",
        f"loss {loss:.4g}" if loss is not None and phase_of(job) == "Running" else "",
        f"{remaining_words(job)} left" if remaining_words(job) else "",
        f"took {duration_words(job, datetime.now(UTC))}" if duration_words(job, datetime.now(UTC)) else "",
    )
    if any(words):
        yield "progress", ", ".join(word for word in words if word)
    if reason_of(job).word:
        yield "reason", str(reason_of(job))
    if uri := text(status, "result", "modelURI"):
        yield "result", uri


def _depth(job: Mapping[str, Any]) -> Markup:
    frozen = integer(job, "status", "model", "frozenLayers")
    if frozen is None:
        frozen = integer(job, "spec", "freeze", "layers")
    if frozen is None:
        return Markup()
    variant = "plain" if text(job, "status", "model", "variant") == "plain" else "imagenet"
    return depth_bar(text(job, "spec", "backbone", "name"), frozen, variant)  # type: ignore[arg-type]


def _plots(curves: Curves) -> Markup:
    def of(field: str) -> list[tuple[float, float]]:
        return [(epoch.epoch, getattr(epoch, field)) for epoch in curves]

    loss = {"validation": of("val_loss"), "training": of("loss")}
    accuracy = {"validation": of("val_accuracy"), "training": of("accuracy")}
    width = "flex:1 1 320px;min-width:280px"
    return joined(
        tag("div", line_chart(series, title, "epoch"), style=width)
        for series, title in ((loss, "loss"), (accuracy, "accuracy"))
        if len(curves)
    )
