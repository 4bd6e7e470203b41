"""Plots as SVG that takes its colours from the page, so that it is light where the page is."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from ..contract.report import EvaluationReport
from ..train.phases import Phase
from ..train.state import EpochDocument
from .markup import Markup

_COLOURS = {"ink": "#010101", "quiet": "#020202", "first": "#030303", "second": "#040404"}
"""What Matplotlib is told to draw with, by the variable of the page that takes its place."""
_SIZE = (4.6, 2.7)
"""Inches; at most as wide as a phone, where text must not shrink."""


def training_curves(history: Sequence[EpochDocument], phases: Sequence[Phase], best: int) -> tuple[Markup, Markup]:
    """Loss and accuracy over the epochs, with the borders of the phases and the best epoch."""
    return (
        _curve(history, phases, best, ("loss", "val_loss"), "Loss"),
        _curve(history, phases, best, ("accuracy", "val_accuracy"), "Accuracy"),
    )


def reliability(report: EvaluationReport) -> Markup:
    """Accuracy over confidence: on the diagonal, an answer of 80 % is right four times of five."""
    figure, axes = _axes("Confidence of the answer", "Share that is right")
    axes.plot([0, 1], [0, 1], color=_COLOURS["quiet"], linestyle=":", linewidth=1)
    bins = report.calibration
    most = max(each.answers for each in bins)
    sizes = [15 + 105 * each.answers / most for each in bins]
    places = [each.confidence for each in bins], [each.accuracy for each in bins]
    axes.plot(*places, color=_COLOURS["second"], linewidth=1.2)
    axes.scatter(*places, s=sizes, color=_COLOURS["second"], zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(-0.02, 1.02))
    return _svg(figure, "reliability")


def _curve(
    history: Sequence[EpochDocument], phases: Sequence[Phase], best: int, names: tuple[str, str], title: str
) -> Markup:
    from matplotlib.ticker import MaxNLocator

    figure, axes = _axes("Epoch", title)
    epochs = [each.epoch for each in history]
    for name, colour, style in zip(names, ("first", "second"), ("--", "-"), strict=True):
        label = "validation" if name.startswith("val") else "training"
        values = [getattr(each, name) for each in history]
        marker = "o" if len(epochs) < 3 else None
        axes.plot(epochs, values, style, color=_COLOURS[colour], linewidth=1.6, label=label, marker=marker, ms=3)
        if name.startswith("val"):
            chosen = [(epoch, value) for epoch, value in zip(epochs, values, strict=True) if epoch == best]
            axes.plot(*zip(*chosen, strict=True), "o", color=_COLOURS[colour], ms=6, label=f"best, epoch {best}")
    _borders(axes, phases)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.margins(x=0.04)
    axes.legend(fontsize=7.5, frameon=False, labelcolor=_COLOURS["ink"])
    return _svg(figure, title)


def _borders(axes: Any, phases: Sequence[Phase]) -> None:
    if len(phases) < 2:
        return
    for phase in phases:
        if phase.first_epoch > 1:
            axes.axvline(phase.first_epoch - 0.5, color=_COLOURS["quiet"], linestyle=":", linewidth=1)
        middle = (phase.first_epoch + phase.last_epoch) / 2
        axes.annotate(
            phase.name, (middle, 1.02), xycoords=("data", "axes fraction"), ha="center", fontsize=7.5, color="#010101"
        )


def _axes(below: str, beside: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(below, fontsize=8.5, color=_COLOURS["ink"])
    axes.set_ylabel(beside, fontsize=8.5, color=_COLOURS["ink"])
    axes.tick_params(colors=_COLOURS["ink"], labelsize=8)
    axes.grid(color=_COLOURS["quiet"], alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=_COLOURS["quiet"])
    return figure, axes


def _svg(figure: Any, title: str) -> Markup:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    held = io.StringIO()
    # Text stays text, and the identifiers of one plot are not those of another on the page.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.patch.set_alpha(0)
        figure.axes[0].patch.set_alpha(0)
        FigureCanvasSVG(figure).print_svg(held, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    drawn = held.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r' (?:width|height)="[\d.]+pt"', "", drawn, count=2)
    for variable, colour in _COLOURS.items():
        drawn = drawn.replace(colour, f"var(--{variable})")
    return Markup(f'<figure role="img" aria-label="{title}">{drawn}</figure>')
