"""`python -m transferjob_trainer.preview --run FILE`: prints what the run would do as JSON, without TensorFlow."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ..checks import read_run_file
from ..errors import InvalidSpec
from .preview import Circumstances, preview


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the preview; 64 and a sentence on standard error for a run file that is impossible."""
    parser = argparse.ArgumentParser("transferjob-preview", description="Says what a run would do.")
    parser.add_argument("--run", type=Path, required=True, help="the run file")
    parser.add_argument("--pictures", type=int, required=True, help="pictures of the dataset")
    parser.add_argument("--classes", type=int, required=True, help="classes of the dataset")
    parser.add_argument("--cores", type=int, required=True, help="processors of the pod")
    parser.add_argument("--memory", type=int, required=True, help="bytes of memory of the pod")
    given = parser.parse_args(arguments)
    try:
        run = read_run_file(given.run)
        document = preview(run, Circumstances(given.pictures, given.classes, given.cores, given.memory))
    except InvalidSpec as error:
        sys.stderr.write(f"{error.message}\n")
        return int(error.code)
    sys.stdout.write(json.dumps(document) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
