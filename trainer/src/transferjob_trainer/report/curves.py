"""Curves of the training, and how far confidence is to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..contract.report import EvaluationReport
from ..train.phases import Phase
from ..train.state import EpochDocument
from .drawing import COLOURS, plot_axes, plot_svg
from .markup import Markup


def training_curves(history: Sequence[EpochDocument], phases: Sequence[Phase], best: int) -> tuple[Markup, Markup]:
    """Loss and accuracy over the epochs, with the borders of the phases and the best epoch."""
    return (
        _curve(history, phases, best, ("loss", "val_loss"), "Loss"),
        _curve(history, phases, best, ("accuracy", "val_accuracy"), "Accuracy"),
    )


def reliability(report: EvaluationReport) -> Markup:
    """Accuracy over confidence: on the diagonal, an answer of 80 % is right four times of five."""
    figure, axes = plot_axes("Confidence of the answer", "Share that is right")
    axes.plot([0, 1], [0, 1], color=COLOURS["quiet"], linestyle=":", linewidth=1)
    bins = report.calibration
    most = max(each.answers for each in bins)
    sizes = [15 + 105 * each.answers / most for each in bins]
    places = [each.confidence for each in bins], [each.accuracy for each in bins]
    axes.plot(*places, color=COLOURS["second"], linewidth=1.2)
    axes.scatter(*places, s=sizes, color=COLOURS["second"], zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(-0.02, 1.02))
    return plot_svg(figure, "reliability")


def _curve(
    history: Sequence[EpochDocument], phases: Sequence[Phase], best: int, names: tuple[str, str], title: str
) -> Markup:
    from matplotlib.ticker import MaxNLocator

    figure, axes = plot_axes("Epoch", title)
    epochs = [each.epoch for each in history]
    for name, colour, style in zip(names, ("first", "second"), ("--", "-"), strict=True):
        label = "validation" if name.startswith("val") else "training"
        values = [getattr(each, name) for each in history]
        marker = "o" if len(epochs) < 3 else None
        axes.plot(epochs, values, style, color=COLOURS[colour], linewidth=1.6, label=label, marker=marker, ms=3)
        if name.startswith("val"):
            chosen = [(epoch, value) for epoch, value in zip(epochs, values, strict=True) if epoch == best]
            axes.plot(*zip(*chosen, strict=True), "o", color=COLOURS[colour], ms=6, label=f"best, epoch {best}")
    _borders(axes, phases)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.margins(x=0.04)
    axes.legend(fontsize=7.5, frameon=False, labelcolor=COLOURS["ink"])
    return plot_svg(figure, title)


def _borders(axes: Any, phases: Sequence[Phase]) -> None:
    if len(phases) < 2:
        return
    for phase in phases:
        if phase.first_epoch > 1:
            axes.axvline(phase.first_epoch - 0.5, color=COLOURS["quiet"], linestyle=":", linewidth=1)
        middle = (phase.first_epoch + phase.last_epoch) / 2
        axes.annotate(
            phase.name, (middle, 1.02), xycoords=("data", "axes fraction"), ha="center", fontsize=7.5, color="#010101"
        )
