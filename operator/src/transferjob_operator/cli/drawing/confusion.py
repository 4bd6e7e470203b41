"""A confusion matrix as a table: shares by shade, counts as numbers; of many classes the commonest mistakes."""

from __future__ import annotations

from transferjob_trainer.contract.report import EvaluationReport

from .markup import Markup, table, tag

_MOST_CLASSES = 20
_MOST_MISTAKES = 15
_RIGHT, _WRONG = "0,114,178", "213,94,0"
"""Okabe and Ito's blue and vermilion, which the colour-blind tell apart."""
_DARK = 0.55


def confusion(report: EvaluationReport) -> Markup:
    """Of one job."""
    names = [each.name for each in report.classes]
    return _matrix(report, names) if len(names) <= _MOST_CLASSES else _mistakes(report, names)


def _matrix(report: EvaluationReport, names: list[str]) -> Markup:
    counts = {(right, answered): count for right, answered, count in report.confusion}
    head = tag("tr", tag("th", ""), *(tag("th", name[:12], title=name) for name in names))
    rows = []
    for right, name in enumerate(names):
        total = sum(counts.get((right, answered), 0) for answered in range(len(names))) or 1
        cells = [_cell(counts.get((right, answered), 0), total, right == answered) for answered in range(len(names))]
        rows.append(tag("tr", tag("th", name, title=name), *cells))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows), class_="confusion"), class_="wide")


def _cell(count: int, total: int, right: bool) -> Markup:
    if not count:
        return tag("td", "")
    share = count / total
    ink = "#fff" if share > _DARK else "inherit"
    colour = _RIGHT if right else _WRONG
    return tag(
        "td", count, style=f"background:rgba({colour},{0.12 + 0.88 * share:.2f});color:{ink}", title=f"{share:.0%}"
    )


def _mistakes(report: EvaluationReport, names: list[str]) -> Markup:
    wrong = sorted(((count, right, answered) for right, answered, count in report.confusion if right != answered),
                   reverse=True)  # fmt: skip
    rows = [(names[right], names[answered], count) for count, right, answered in wrong[:_MOST_MISTAKES]]
    return table(("is", "was taken for", "pictures"), rows, numbers_from=2)
