"""Writes the page of jobs side by side, with what their published files say of each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from transferjob_trainer.contract.report import EvaluationReport

from .cluster import Job
from .drawing.comparison import page
from .epochs import Epoch, drawable
from .errors import CliError, usage
from .fetching import METRICS, contents
from .output import note
from .views.fields import text
from .views.job import has_succeeded, name_of


def comparison_page(
    file: Path, jobs: Sequence[Job], curves: Mapping[str, Sequence[Epoch]], now: datetime, claims: Path | None
) -> int:
    """Writes the page; how many jobs show their confusion matrix. Raises CliError when the file cannot be written."""
    found = {name_of(job): report for job in jobs if (report := _evaluation(job, claims)) is not None}
    published = {
        name: drawable(Epoch(**epoch.model_dump()) for epoch in report.history) for name, report in found.items()
    }
    # What is published has every attempt; a log that of the last one, and only as long as its pod is there.
    known = {name: max(epochs, published.get(name, []), key=len) for name, epochs in curves.items()}
    try:
        file.write_text(page(jobs, known, found, now), encoding="utf-8")
    except OSError as error:
        raise usage(f"Cannot write {str(file)!r}: {error.strerror}.") from error
    return len(found)


def _evaluation(job: Job, claims: Path | None) -> EvaluationReport | None:
    """What the published figures say; None, and a note, where they cannot be read."""
    uri = text(job, "status", "result", "modelURI")
    if not has_succeeded(job) or not uri:
        return None
    try:
        data = contents(uri, [METRICS], claims).get(METRICS)
        return EvaluationReport.model_validate_json(data) if data is not None else None
    except CliError as error:
        note(f"{name_of(job)}: {error.sentence}")
    except ValidationError:
        note(f"{name_of(job)}: its {METRICS} cannot be read.")
    return None
