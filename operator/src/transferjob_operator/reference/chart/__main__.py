"""Writes what is generated of the chart: its schema, values.yaml, README, dashboard and copy of the resource."""

from __future__ import annotations

import sys
from pathlib import Path

from transferjob_operator.api import crd
from transferjob_operator.reference.chart.dashboard import render_dashboard
from transferjob_operator.reference.chart.schema import render_schema
from transferjob_operator.reference.chart.text import render_readme, render_values

FOLDER = Path("charts/transferjob")


def main() -> int:
    """Writes the files; run from the root of the checkout."""
    (FOLDER / "files/crds").mkdir(parents=True, exist_ok=True)
    (FOLDER / "files/crds/transferjobs.yaml").write_text(crd.render())
    (FOLDER / "files/dashboard.json").write_text(render_dashboard())
    (FOLDER / "values.schema.json").write_text(render_schema())
    (FOLDER / "values.yaml").write_text(render_values())
    (FOLDER / "README.md").write_text(render_readme())
    return 0


if __name__ == "__main__":
    sys.exit(main())
