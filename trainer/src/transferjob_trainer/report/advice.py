"""The advice on the freeze count: the choice, its reason, the scores along the depth of the backbone, and the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..contract.advice import AdviceCut, AdviceReport
from .drawing import COLOURS, plot_axes, plot_svg
from .markup import NOTHING, Markup, joined, name, percent, section, table, words

_LEANING = {"Freeze": "freeze", "FineTune": "fine-tune", "Between": "something in between"}


def advice_section(advice: AdviceReport | None, depth: int) -> Markup:
    """The section; nothing where the job asked for no advice."""
    if advice is None:
        return Markup()
    use = "This job was trained with it." if advice.applied else "This job's freeze stayed as it was given."
    sure = f"Confidence: {advice.confidence.lower()}."
    plot = Markup(f'<div class="plots">{_scores(advice, depth)}</div>') if advice.cuts else Markup()
    return section(
        "Advice on how much to freeze",
        words(advice.reason),
        words(
            f"{sure} {use} Found out in {advice.seconds:,.0f} s from {advice.pictures:,} pictures to train on.", "quiet"
        ),
        plot,
        joined(words(sentence, "quiet") for sentence in _rules(advice)),
        _table(advice),
    )


def _rules(advice: AdviceReport) -> Iterator[str]:
    for rule in advice.rules:
        verdict = "The advice agrees" if rule.agrees else "The advice disagrees"
        yield f"Rule of thumb: {_LEANING[rule.leaning]}, because {rule.seen}. {verdict}."


def _scores(advice: AdviceReport, depth: int) -> Markup:
    """Scores over the freeze count; the advised one is marked."""
    figure, axes = plot_axes("Layers frozen", "Balanced accuracy")
    axes.axvline(advice.recommended, color=COLOURS["learns"], linewidth=6, alpha=0.35, label="advised")
    _line(axes, advice.cuts, "random_probe", "first", ":", "linear probe, random weights")
    _line(axes, advice.cuts, "probe", "second", "--", "linear probe")
    tried = [cut for cut in advice.cuts if cut.score is not None]
    if tried:
        counts, scores = [cut.frozen_layers for cut in tried], [cut.score for cut in tried]
        errors = [cut.standard_error or 0.0 for cut in tried]
        axes.errorbar(counts, scores, errors, color=COLOURS["learns"], fmt="o-", ms=5, linewidth=1.6, capsize=3,
                      label="short training, ± 1 standard error")  # fmt: skip
    axes.set(xlim=(-0.03 * depth, 1.03 * depth))
    axes.legend(fontsize=7.5, frameon=False, labelcolor=COLOURS["ink"])
    return plot_svg(figure, "Scores over the freeze count")


def _line(axes: Any, cuts: Sequence[AdviceCut], field: str, colour: str, style: str, label: str) -> None:
    known = [(cut.frozen_layers, value) for cut in cuts if (value := getattr(cut, field)) is not None]
    if known:
        axes.plot(*zip(*known, strict=True), style, color=COLOURS[colour], linewidth=1.4, marker="o", ms=3, label=label)


def _table(advice: AdviceReport) -> Markup:
    headings = ("frozen", "through", "probe", "random", "score", "learn", "training", "")
    return table(headings, [_row(cut, advice) for cut in advice.cuts])


def _row(cut: AdviceCut, advice: AdviceReport) -> tuple[object, ...]:
    marks = {advice.recommended: "advised", advice.second: "second choice"}
    error = "" if cut.standard_error is None else f" ± {100 * cut.standard_error:.1f}"
    return (
        cut.frozen_layers,
        name(cut.name),
        percent(cut.probe),
        percent(cut.random_probe),
        NOTHING if cut.score is None else Markup(f"{percent(cut.score)}{error}"),
        cut.trainable_parameters,
        f"{cut.seconds:,.0f} s",
        marks.get(cut.frozen_layers, ""),
    )
