"""What a person sees of a soak: a line for each sample, and a table of slopes at the end."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.cluster.progress import duration
from tests.soak.samples import Sample
from tests.soak.traffic import Ledger


def line(sample: Sample, ledger: Ledger, weather: str) -> str:
    """How far the soak is."""
    jobs = f"{ledger.made} made, {len(ledger.open)} there, {len(ledger.wrong)} wrong"
    held = f"{sample.rss_mib:.1f} MiB, {sample.threads} threads, {sample.descriptors} descriptors"
    stored = f"{sample.stored_jobs}/{sample.stored_children}/{sample.stored_pods} stored"
    more = f"{sample.series} series, {stored}, {sample.queue_depth} queued"
    return f"{duration(sample.seconds):>12}  {jobs}; {held}, {more}; {weather}"


def table(slopes: dict[str, Any]) -> str:
    """The slopes beside their bounds."""
    shown = Table("held by the operator", "mean", "slope an hour", "standard error", "bound an hour", "in a run", "")
    for name, of in slopes.items():
        figures = (of[key] for key in ("mean", "per_hour", "error", "bound_per_hour", "bound_in_a_run"))
        shown.add_row(name, *(f"{figure:.2f}" for figure in figures), "GROWS" if of["grows"] else "flat")
    console = Console(file=io.StringIO(), width=120)
    console.print(shown)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text
