"""The advice beside every freeze count that it could have given, on real pictures -> build/bench/advice/.

Each cell (task, labels a class, draw) is a file; what is there is not done again, so a run may be cut anywhere.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from .results import OUTPUT
from .running import Bench
from .table import report
from .tasks import DRAWS, FEW, MANY, MORE, TASKS, cells

BACKBONE_PICTURES = 2_000
"""Pictures a class that a backbone learns from."""


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.advice")
    parser.add_argument("--tasks", nargs="*", default=[task.name for task in TASKS])
    parser.add_argument("--labels", type=int, nargs="*", default=[FEW, MORE, MANY], help="labels a class")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--backbone-epochs", type=int, default=20)
    parser.add_argument("--backbone-pictures", type=int, default=BACKBONE_PICTURES, help="pictures a class")
    parser.add_argument("--minutes", type=float, default=120.0, help="nothing is begun after so long")
    parser.add_argument(
        "--cores", type=int, nargs="*", default=sorted(os.sched_getaffinity(0)), help="one cell on each"
    )
    given = parser.parse_args()
    until = time.time() + 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="bench-advice-") as name:
        bench = Bench(Path(name), (given.backbone_pictures, given.backbone_epochs), until)
        bench.run_all(cells(given.tasks, given.labels, given.draws), given.cores)
    report(OUTPUT)


if __name__ == "__main__":
    main()
