"""Means and 95 % intervals over the draws, as a table of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean, stdev

from .cases import CASES, RANDOM, WAYS, Case
from .study import Study

_STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447}
"""Quantile 0.975 of Student's t by the number of draws, one more than its degrees of freedom."""


def table(study: Study) -> str:
    """A row for each case and way."""
    headings = [
        "| pictures | labels a class | begins with | rate | accuracy, % | gain, points |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*headings, *(row for case in CASES for row in _rows(study, case))])


def _rows(study: Study, case: Case) -> Iterator[str]:
    base = study.accuracies(case, RANDOM)
    for way in WAYS:
        values = study.accuracies(case, way)
        # Draw by draw: both learned from the same pictures and were measured on the same.
        gain = interval([ours - theirs for ours, theirs in zip(values, base, strict=True)])
        begin = f"| {case.pictures} | {case.labels} | {way} | {study.best_rate(case, way):g} | {interval(values)} |"
        yield f"{begin} {'' if way == RANDOM else gain} |"


def interval(values: Sequence[float]) -> str:
    """Mean of two to seven draws and its 95 % interval by Student's t, in per cent."""
    half = _STUDENT[len(values)] * stdev(values) / len(values) ** 0.5
    return f"{100 * mean(values):.1f} ± {100 * half:.1f}"
