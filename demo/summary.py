"""The table at the end of the story."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

Status = dict[str, Any]
Figures = dict[str, Any]
SUMMARY_FILE = Path("build/demo/summary.json")


def row(name: str, status: Status) -> dict[str, Any]:
    """The figures of one finished job."""
    started, ended = (datetime.fromisoformat(status[key]) for key in ("startTime", "completionTime"))
    model, result = status["model"], status["result"]
    return {
        "job": name,
        "accuracy": result["metrics"]["accuracy"],
        "frozenLayers": model["frozenLayers"],
        "depth": model["depth"],
        "trainableParameters": model["trainableParameters"],
        "trainedOn": status["dataset"]["examples"],
        "measuredOn": status["dataset"]["testExamples"] or status["dataset"]["validationExamples"],
        "seconds": (ended - started).total_seconds(),
        "modelURI": result["modelURI"],
        "digest": result["digest"],
    }


def table(rows: list[dict[str, Any]]) -> Table:
    """The figures of all jobs, one column a job, so that a narrow terminal shows them too."""
    view = Table("", *(str(figures["job"]) for figures in rows), title="Three jobs", title_justify="left")
    lines: dict[str, Callable[[Figures], str]] = {
        "accuracy on held-out pictures": lambda f: f"{100 * f['accuracy']:.1f} %",
        "pictures trained / measured on": lambda f: f"{f['trainedOn']} / {f['measuredOn']}",
        "frozen layers of the backbone": lambda f: f"{f['frozenLayers']} of {f['depth']}",
        "parameters that learn": lambda f: f"{f['trainableParameters']:,}",
        "seconds, start to model": lambda f: f"{f['seconds']:.0f}",
    }
    for title, figure in lines.items():
        view.add_row(title, *(figure(figures) for figures in rows))
    return view


def save(rows: list[dict[str, Any]]) -> None:
    """Writes the figures to build/demo/summary.json."""
    SUMMARY_FILE.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY_FILE.write_text(json.dumps(rows, indent=2))
