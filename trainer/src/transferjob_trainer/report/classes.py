"""Classes one by one: how well each is known, and what it is taken for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..contract.report import ClassFigures, EvaluationReport
from .markup import Markup, amount, count, folded, joined, name, percent, section, table, text, words

MOST_IN_A_SQUARE = 24
"""Classes of which the confusion matrix is drawn whole."""
MOST_ROWS = 200
"""Classes that are told one by one; metrics.json has all."""
_OPEN_ROWS = 40
"""Of them, those that are seen at once."""
_MOST_PAIRS = 20
_LONGEST = 40
_UNEVEN = 5.0
"""Pictures of the largest class for each of the smallest, from which on weights are worth a thought."""


def confusion_section(report: EvaluationReport) -> Markup:
    """The matrix, or its largest cells beside the diagonal where it has too many."""
    if len(report.classes) <= MOST_IN_A_SQUARE:
        told = (
            "Rows are the right classes, columns the answers; the stronger the colour, the larger the share of the row."
        )
        return section("Confusion matrix", words(told), _square(report))
    told = (
        f"The {len(report.classes):,} classes make too large a matrix; these are its largest cells beside the diagonal."
    )
    headings = ("right class", "taken for", "pictures", "of the class")
    return section("Confusions", words(told), table(headings, _pairs(report), "classes"))


def _pairs(report: EvaluationReport) -> list[tuple[object, ...]]:
    classes = report.classes
    wrong = [(right, taken, taken_so) for right, taken, taken_so in report.confusion if right != taken]
    wrong.sort(key=lambda cell: (-cell[2], classes[cell[0]].examples))
    return [
        (
            name(classes[right].name, _LONGEST),
            name(classes[taken].name, _LONGEST),
            taken_so,
            percent(taken_so / classes[right].examples),
        )
        for right, taken, taken_so in wrong[:_MOST_PAIRS]
    ]


def class_section(report: EvaluationReport, trained_on: Sequence[int], weights: npt.NDArray[np.float32]) -> Markup:
    """A row a class, those that are known worst first.

    Args:
        report: final figures.
        trained_on: training pictures by class.
        weights: weight of each class in the loss.
    """
    order = sorted(range(len(report.classes)), key=lambda index: (report.classes[index].recall or 0.0, index))
    rows = [_figures(report.classes[index], trained_on, index, weights) for index in order[:MOST_ROWS]]
    more = "" if len(order) <= MOST_ROWS else f" The worst {MOST_ROWS} of {len(order):,}; metrics.json has all."
    told = (
        "Recall: share of the class's pictures that were known. Precision: share of its answers that were right."
        f" Weight: in the loss.{more}"
    )
    return section("Classes", words(told), _balance(trained_on, weights), *_class_tables(rows))


def _class_tables(rows: list[tuple[object, ...]]) -> list[Markup]:
    """One table, or the worst classes and the others on demand."""
    headings = ("class", "trained on", "measured on", "recall", "precision", "weight")
    shown = len(rows) if len(rows) <= _OPEN_ROWS + _OPEN_ROWS // 2 else _OPEN_ROWS
    parts = [table(headings, rows[:shown], "classes")]
    if shown < len(rows):
        parts.append(folded(f"{len(rows) - shown} more", table(headings, rows[shown:], "classes")))
    return parts


def _figures(
    found: ClassFigures, trained_on: Sequence[int], index: int, weights: npt.NDArray[np.float32]
) -> tuple[object, ...]:
    return (
        name(found.name, _LONGEST),
        amount(trained_on[index], max(trained_on)),
        found.examples,
        percent(found.recall),
        percent(found.precision),
        f"{weights[index]:.2f}",
    )


def _balance(trained_on: Sequence[int], weights: npt.NDArray[np.float32]) -> Markup:
    """How uneven the classes are, and whether their weights make up for it."""
    most, least = max(trained_on), min(trained_on)
    ratio, weighted = most / max(least, 1), bool(np.ptp(weights) > 0)
    told = f"The largest class has {count(most, 'training picture')}, the smallest {least:,}: {ratio:.1f} to one."
    if weighted:
        told += f" Weights in the loss go from {weights.min():.2f} to {weights.max():.2f} (training.classWeights)."
    else:
        told += " All classes weigh the same in the loss."
    if weighted or ratio < _UNEVEN:
        return words(told)
    return words(f"{told} training.classWeights: {{balanced: true}} would make up for their numbers.", "warn")


def _square(report: EvaluationReport) -> Markup:
    size = len(report.classes)
    cells = {(right, taken): pictures for right, taken, pictures in report.confusion}
    head = joined(Markup(f"<th><span>{name(each.name)}</span></th>") for each in report.classes)
    rows = joined(_row(report, right, [cells.get((right, taken), 0) for taken in range(size)]) for right in range(size))
    return Markup(
        f'<div class="wide"><table class="confusion"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _row(report: EvaluationReport, right: int, pictures: list[int]) -> Markup:
    whole = max(1, sum(pictures))
    cells = joined(_shade(number, number / whole, right == taken) for taken, number in enumerate(pictures))
    return Markup(f"<tr><th>{name(report.classes[right].name)}</th>{cells}</tr>")


def _shade(number: int, share: float, hit: bool) -> Markup:
    kind = ("hit" if hit else "miss") + (" strong" if share > 0.5 else "")
    return Markup(f'<td class="{kind}" style="--share:{share:.3f}">{text(number or "")}</td>')
