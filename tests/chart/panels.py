"""A picture of what each panel shows, drawn from what a Prometheus answers; somebody should look at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from tests.chart.prometheus import Prometheus
from transferjob_operator.reference.chart.dashboard import Panel

COLUMNS = 4


def draw(server: Prometheus, panels: Sequence[Panel], seconds: int, file: Path) -> None:
    """Writes the panels' last seconds side by side as a PNG."""
    rows = -(-len(panels) // COLUMNS)
    figure = Figure(figsize=(5 * COLUMNS, 3 * rows), layout="constrained")
    places = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for place in places[len(panels) :]:
        place.axis("off")
    for place, panel in zip(places, panels, strict=False):
        place.set_title(panel.title, fontsize=10)
        place.set_ylabel("" if panel.unit == "short" else panel.unit)
        for labels, points in server.range(panel.query, seconds):
            place.plot(*zip(*points, strict=True), label=_legend(panel.legend, labels))
        place.set_ylim(bottom=0)
        place.legend(fontsize=7)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file)


def _legend(text: str, labels: dict[str, str]) -> str:
    return re.sub(r"{{(\w+)}}", lambda match: labels.get(match[1], ""), text)
