"""The cases of the chart and what is kept of them: `python -m tests.chart.rendered` writes it anew.

The defaults are kept whole, every other case as what it changes in them, so that a reader sees what a value does.
"""

from __future__ import annotations

import re
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path

from tests.support.helm import Helm

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))
GOLDEN = Path(__file__).with_name("golden")
DEFAULTS = GOLDEN / "defaults.yaml"
_DEFINITION = re.compile(r"^# Source: transferjob/templates/crd\.yaml$.*?(?=^---$|\Z)", re.MULTILINE | re.DOTALL)


def short(manifests: str) -> str:
    """Rendered manifests without the resource's definition, which has a file of its own: only its head is left."""
    return _DEFINITION.sub(lambda found: found[0][: found[0].index("spec:")], manifests)


def change(before: str, after: str) -> str:
    """What differs between two rendered manifests."""
    return "".join(unified_diff(before.splitlines(True), after.splitlines(True), "defaults", "case", n=2))


def golden(case: Path) -> Path:
    """Where what is kept of a case lies."""
    return DEFAULTS if case.name == DEFAULTS.name else GOLDEN / f"{case.stem}.diff"


def main() -> int:
    """Writes the golden file of every case."""
    with tempfile.TemporaryDirectory() as folder:
        helm = Helm(Path(folder))
        defaults = short(helm.template())
        for case in CASES:
            file = golden(case)
            made = defaults if file == DEFAULTS else change(defaults, short(helm.template("--values", case)))
            file.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
