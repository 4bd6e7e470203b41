"""Jobs side by side: a table, accuracy over freeze depth, and the curves of their epochs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from .columns import GAP, aligned
from .depth_dots import depths
from .fields import Object, integer, number, part, text
from .job import accuracy_of, duration_words, epoch_words, frozen_words, name_of, phase_of

if TYPE_CHECKING:
    from ..epochs import Epoch

_TITLES = ("NAME", "BACKBONE", "FROZEN", "LEARN", "PHASE", "EPOCHS", "ACCURACY", "LOSS", "TOOK", "GPU S")
_LEFT_OUT_FIRST = ("GPU S", "LOSS", "LEARN", "BACKBONE", "EPOCHS", "TOOK", "PHASE")
_RIGHT = (False, False, True, True, False, True, True, True, True, True)
_SPARK = 24
_SPARKS = "▁▂▃▄▅▆▇█"
_PLAIN_SPARKS = "_.-=+*#@"
_MILLION = 1_000_000

Curves = Mapping[str, Sequence["Epoch"]]


def comparison(jobs: Sequence[Object], curves: Curves, now: datetime, width: int | None, *, unicode: bool) -> str:
    """The page, best accuracy first, for a terminal of `width` characters; None: as wide as it gets."""
    ranked = sorted(jobs, key=lambda job: -(accuracy_of(job) or -1.0))
    rows = [_TITLES, *(_row(job, now) for job in ranked)]
    below = (
        *_warning(ranked),
        *depths(ranked, width, unicode=unicode),
        *_curves(ranked, curves, unicode=unicode),
    )
    return "\n".join([*_fitting(rows, width), *(_wrapped(line, width) for line in below)])


def _wrapped(line: str, width: int | None) -> str:
    """Words go to the next line whole; a blank line before stays."""
    return line if width is None else "\n".join("\n".join(wrap(part, width)) for part in line.split("\n"))


def comparison_document(jobs: Sequence[Object], curves: Curves, now: datetime) -> list[dict[str, Any]]:
    """The same for machines, best accuracy first."""
    from dataclasses import asdict

    return [
        {
            "name": name_of(job),
            "backbone": text(job, "spec", "backbone", "name"),
            "frozenLayers": integer(job, "status", "model", "frozenLayers"),
            "depth": integer(job, "status", "model", "depth"),
            "trainableParameters": integer(job, "status", "model", "trainableParameters"),
            "phase": phase_of(job),
            "accuracy": accuracy_of(job),
            "metrics": dict(part(job, "status", "result", "metrics")),
            "gpuSeconds": number(job, "status", "gpuSeconds"),
            "took": duration_words(job, now),
            "modelURI": text(job, "status", "result", "modelURI"),
            "epochs": [asdict(epoch) for epoch in curves.get(name_of(job), ())],
        }
        for job in sorted(jobs, key=lambda job: -(accuracy_of(job) or -1.0))
    ]


def _row(job: Object, now: datetime) -> tuple[str, ...]:
    model, status = part(job, "status", "model"), part(job, "status")
    learn = integer(model, "trainableParameters")
    loss = number(status, "result", "metrics", "loss")
    accuracy, held = accuracy_of(job), number(status, "gpuSeconds")
    return (
        name_of(job),
        text(job, "spec", "backbone", "name"),
        frozen_words(job),
        f"{learn / _MILLION:.1f}M" if learn is not None else "-",
        phase_of(job),
        epoch_words(job) or "-",
        f"{accuracy:.4f}" if accuracy is not None else "-",
        f"{loss:.4f}" if loss is not None else "-",
        duration_words(job, now) or "-",
        f"{held:.0f}" if held is not None else "-",
    )


def _fitting(rows: list[tuple[str, ...]], width: int | None) -> list[str]:
    shown = list(range(len(_TITLES)))
    for title in (None, *_LEFT_OUT_FIRST):
        shown = [place for place in shown if _TITLES[place] != title]
        widths = [max(len(row[place]) for row in rows) for place in shown]
        if width is None or sum(widths) + len(GAP) * (len(shown) - 1) <= width:
            break
    return aligned([tuple(row[place] for place in shown) for row in rows], [_RIGHT[place] for place in shown])


def _curves(jobs: Sequence[Object], curves: Curves, *, unicode: bool) -> Iterator[str]:
    known = {name_of(job): curves[name_of(job)] for job in jobs if curves.get(name_of(job))}
    missing = [name for name in map(name_of, jobs) if name not in known]
    if missing:
        yield f"\nno log is left for curves of: {', '.join(missing)} (--html has the published ones)"
    if not known:
        return
    values = [epoch.val_accuracy for epochs in known.values() for epoch in epochs]
    low, high = min(values), max(values)
    yield f"\nvalidation accuracy by epoch, {low:.4f} to {high:.4f}"
    longest = max(map(len, known))
    for name, epochs in known.items():
        line = spark([epoch.val_accuracy for epoch in epochs], low, high, _SPARKS if unicode else _PLAIN_SPARKS)
        yield f"  {name.ljust(longest)} {line}"


def spark(values: Sequence[float], low: float, high: float, marks: str = _SPARKS) -> str:
    """A character for each value, at most _SPARK of them: of more values the mean of neighbours."""
    count = min(len(values), _SPARK)
    bounds = [round(place * len(values) / count) for place in range(count + 1)]
    groups = [values[start:end] for start, end in pairwise(bounds)]
    top = len(marks) - 1
    means = (sum(group) / len(group) for group in groups)
    return "".join(marks[round(top * (mean - low) / (high - low)) if high > low else top] for mean in means)


def _warning(jobs: Sequence[Object]) -> Iterator[str]:
    splits = {integer(job, "status", "dataset", "testExamples") or 0 for job in jobs}
    digests = {text(job, "status", "dataset", "digest") for job in jobs} - {""}
    if len(digests) > 1 or len(splits) > 1:
        yield "\nThese jobs have different pictures or splits: their figures do not compare."
