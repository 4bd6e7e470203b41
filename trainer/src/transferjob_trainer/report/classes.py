"""Classes one by one: how well each is known, and what it is taken for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..contract.report import EvaluationReport
from .markup import Markup, joined, name, percent, section, table, text, words

MOST_IN_A_SQUARE = 24
"""Classes of which the confusion matrix is drawn whole."""
MOST_ROWS = 200
_MOST_PAIRS = 30


def confusion_section(report: EvaluationReport) -> Markup:
    """The matrix, or its largest cells beside the diagonal where it has too many."""
    if len(report.classes) <= MOST_IN_A_SQUARE:
        told = "Rows are the right classes, columns the answers; the darker, the larger the share of the row."
        return section("Confusion matrix", words(told), _square(report))
    wrong = sorted((cell for cell in report.confusion if cell[0] != cell[1]), key=lambda cell: -cell[2])[:_MOST_PAIRS]
    classes = report.classes
    rows = [
        (name(classes[right].name), name(classes[taken].name), count, percent(count / classes[right].examples))
        for right, taken, count in wrong
    ]
    told = f"The {len(classes)} classes make too large a matrix; these are its largest cells beside the diagonal."
    return section("Confusions", words(told), table(("right class", "taken for", "pictures", "of the class"), rows))


def class_section(report: EvaluationReport, trained_on: Sequence[int], weights: npt.NDArray[np.float32]) -> Markup:
    """A row a class, those that are known worst first.

    Args:
        report: final figures.
        trained_on: training pictures by class.
        weights: weight of each class in the loss.
    """
    order = sorted(range(len(report.classes)), key=lambda index: (report.classes[index].recall or 0.0, index))
    rows = [
        (
            name(report.classes[index].name, 40),
            trained_on[index],
            report.classes[index].examples,
            percent(report.classes[index].recall),
            percent(report.classes[index].precision),
            f"{weights[index]:.2f}",
        )
        for index in order[:MOST_ROWS]
    ]
    headings = ("class", "trained on", "measured on", "recall", "precision", "weight")
    more = "" if len(order) <= MOST_ROWS else f" The worst {MOST_ROWS} of {len(order)}; metrics.json has all."
    told = (
        "Recall: share of the class's pictures that were known. Precision: share of its answers that were right."
        f" Weight: in the loss.{more}"
    )
    return section("Classes", words(told), words(_imbalance(trained_on)), table(headings, rows, "classes"))


def _imbalance(trained_on: Sequence[int]) -> str:
    most, least = max(trained_on), min(trained_on)
    return (
        f"The largest class has {most:,} training pictures, the smallest {least:,}: {most / max(least, 1):.1f} to one."
    )


def _square(report: EvaluationReport) -> Markup:
    count = len(report.classes)
    cells = {(right, taken): pictures for right, taken, pictures in report.confusion}
    head = joined(Markup(f"<th><span>{name(each.name)}</span></th>") for each in report.classes)
    rows = joined(
        _row(report, right, [cells.get((right, taken), 0) for taken in range(count)]) for right in range(count)
    )
    return Markup(
        f'<div class="wide"><table class="confusion"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _row(report: EvaluationReport, right: int, pictures: list[int]) -> Markup:
    whole = max(1, sum(pictures))
    cells = joined(_shade(count, count / whole, right == taken) for taken, count in enumerate(pictures))
    return Markup(f"<tr><th>{name(report.classes[right].name)}</th>{cells}</tr>")


def _shade(count: int, share: float, hit: bool) -> Markup:
    kind = ("hit" if hit else "miss") + (" strong" if share > 0.5 else "")
    return Markup(f'<td class="{kind}" style="--share:{share:.3f}">{text(count or "")}</td>')
