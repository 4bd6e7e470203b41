"""Runs the cases, each in a process of its own, and writes build/bench/trainer.json after each.

A case that the file holds already is not run again; `--again` forgets the file, a name runs that case alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from .cases import CASES, Case, case_named

OUTPUT = Path("build/bench/trainer.json")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.trainer")
    parser.add_argument("names", nargs="*", metavar="CASE", help="cases to run; default: all")
    parser.add_argument("--again", action="store_true", help="forgets what was measured before")
    parser.add_argument("--pictures", type=int, help="most pictures of a case: a look that takes less time")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure(_smaller(case_named(given.one), given.pictures))
        return
    rows = {} if given.again else _known()
    for case in [case_named(name) for name in given.names] or CASES:
        if case.name not in rows or given.names:
            rows[case.name] = _in_a_process(case, given.pictures)
            _write(rows)
        print(_line(case, rows[case.name]), flush=True)


def _measure(case: Case) -> None:
    from transferjob_trainer.tensorflow_setup import start_tensorflow

    from .job import write_pictures
    from .measure import measured

    start_tensorflow(0)
    with tempfile.TemporaryDirectory(prefix="bench-trainer-") as folder:
        write_pictures(Path(folder, "pictures"), case.pictures)
        row = measured(case, Path(folder))
    print(json.dumps(row))


def _smaller(case: Case, pictures: int | None) -> Case:
    return case if pictures is None else replace(case, pictures=min(case.pictures, pictures))


def _in_a_process(case: Case, pictures: int | None) -> dict[str, Any]:
    fewer = [] if pictures is None else ["--pictures", str(pictures)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.trainer", "--one", case.name, *fewer],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"case {case.name} ended with exit code {done.returncode}")
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _known() -> dict[str, dict[str, Any]]:
    if not OUTPUT.exists():
        return {}
    return {row["name"]: row for row in json.loads(OUTPUT.read_text())["cases"]}


def _write(rows: dict[str, dict[str, Any]]) -> None:
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    order = [case.name for case in CASES if case.name in rows]
    temporary = OUTPUT.with_suffix(".new")
    temporary.write_text(json.dumps({"cases": [rows[name] for name in order], "machine": machine}, indent=2))
    temporary.replace(OUTPUT)


def _line(case: Case, row: dict[str, Any]) -> str:
    bound, keras = row.get("ratio_to_bound"), row["ratio_to_keras"]
    missed = (case.bound and bound and bound > case.bound) or (case.gain and keras < case.gain)
    shown = "   -" if bound is None else f"{bound:4.2f}"
    return (
        f"{case.name:22} {row['seconds']:8.1f} s  {shown} x bound  {keras:6.2f} x as fast as Keras"
        f"  {row['peak_mib']:6,} MiB{'  MISSED' if missed else ''}"
    )


if __name__ == "__main__":
    main()
