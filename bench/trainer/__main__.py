"""Runs the cases, each in processes of its own, and writes build/bench/trainer.json after each.

A case that the file holds already is not run again; `--again` forgets the file, a name runs that case alone. Refusals
are measured first, `refusals` measures them alone.
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
from .cgroup import MemoryCgroup, NoCgroup, limited_memory
from .refusals import refusals

OUTPUT = Path("build/bench/trainer.json")


Row = dict[str, Any]
_REFUSALS = "refusals"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.trainer")
    parser.add_argument("names", nargs="*", metavar="CASE", help="cases to run; default: all")
    parser.add_argument("--again", action="store_true", help="forgets what was measured before")
    parser.add_argument("--pictures", type=int, help="most pictures of a case: a look that takes less time")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure(given.one[0], _smaller(case_named(given.one[1]), given.pictures))
        return
    document = _new() if given.again else _known()
    if _REFUSALS in given.names or not (given.names or document[_REFUSALS]):
        document[_REFUSALS] = refusals()
        _write(document)
        print(*map(_refusal_line, document[_REFUSALS]), sep="\n", flush=True)
    names = given.names or [case.name for case in CASES]
    _run_cases([case_named(name) for name in names if name != _REFUSALS], document, given.pictures, bool(given.names))


def _run_cases(cases: list[Case], document: dict[str, Any], pictures: int | None, anew: bool) -> None:
    rows: dict[str, Row] = {row["name"]: row for row in document["cases"]}
    for case in cases:
        if case.name not in rows or anew:
            rows[case.name] = _measured(case, pictures)
            document["cases"] = [rows[case.name] for case in CASES if case.name in rows]
            _write(document)
        print(_line(case, rows[case.name]), flush=True)


def _measured(case: Case, pictures: int | None) -> Row:
    """The row of a case; of several the one with the middle gain, of two the lower."""
    try:
        rows = [_pair(case, pictures) for _ in range(case.repeats)]
    except NoCgroup as error:
        return {"name": case.name, "skipped": str(error)}
    if len(rows) == 1:
        return rows[0]
    rows.sort(key=lambda row: row["ratio_to_keras"])
    return {**rows[(len(rows) - 1) // 2], "ratios_to_keras": [row["ratio_to_keras"] for row in rows]}


def _pair(case: Case, pictures: int | None) -> Row:
    """Ours and, where the case is compared, plain Keras, each in a process that nothing else has used."""
    if case.memory_mib is None:
        row = _in_a_process("ours", case, pictures)
    else:
        with limited_memory(case.memory_mib) as group:
            row = _in_a_process("ours", case, pictures, group)
            row |= {"limit_mib": case.memory_mib, "cgroup_peak_mib": group.peak_mib, "reclaims": group.reclaims}
    if not case.compared:
        return row
    row |= _in_a_process("keras", case, pictures)
    return row | {"ratio_to_keras": round(row["keras_seconds"] / row["seconds"], 2)}


def _measure(what: str, case: Case) -> None:
    from transferjob_trainer.tensorflow_setup import start_tensorflow

    from .job import write_pictures
    from .measure import measured, plain_keras

    start_tensorflow(0)
    with tempfile.TemporaryDirectory(prefix="bench-trainer-") as folder:
        write_pictures(Path(folder, "pictures"), case.pictures)
        row = (measured if what == "ours" else plain_keras)(case, Path(folder))
    print(json.dumps(row))


def _smaller(case: Case, pictures: int | None) -> Case:
    return case if pictures is None else replace(case, pictures=min(case.pictures, pictures))


def _in_a_process(what: str, case: Case, pictures: int | None, group: MemoryCgroup | None = None) -> Row:
    fewer = [] if pictures is None else ["--pictures", str(pictures)]
    command = [sys.executable, "-m", "bench.trainer", "--one", what, case.name, *fewer]
    done = subprocess.run(group.command(command) if group else command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"case {case.name} ({what}) ended with exit code {done.returncode}")
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def _new() -> dict[str, Any]:
    return {"cases": [], _REFUSALS: [], "machine": {}}


def _known() -> dict[str, Any]:
    return {**_new(), **json.loads(OUTPUT.read_text())} if OUTPUT.exists() else _new()


def _write(document: dict[str, Any]) -> None:
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    temporary = OUTPUT.with_suffix(".new")
    temporary.write_text(json.dumps({**document, "machine": machine}, indent=2))
    temporary.replace(OUTPUT)


def _line(case: Case, row: Row) -> str:
    if "skipped" in row:
        return f"{case.name:22} skipped: {row['skipped']}"
    bound, keras = row.get("ratio_to_bound"), row.get("ratio_to_keras")
    missed = (case.bound and bound and bound > case.bound) or (case.gain and keras and keras < case.gain)
    several = row.get("ratios_to_keras", ())
    of = f" ({min(several):.2f} to {max(several):.2f})" if several else ""
    limit = f"  (cgroup of {row['limit_mib']:,} MiB, met {row['reclaims']:,} times)" if "limit_mib" in row else ""
    return (
        f"{case.name:22} {row['seconds']:8.1f} s  {_figure(bound):>5} x bound  {_figure(keras):>6} x as fast as"
        f" Keras{of}  {row['peak_mib']:6,} MiB{limit}{'  MISSED' if missed else ''}"
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _refusal_line(row: Row) -> str:
    missed = "  MISSED" if row["seconds"] > row["limit"] else ""
    return (
        f"refusal {row['name']:14} {row['seconds']:8.1f} s, {row['processor_seconds']:.1f} s of a processor,"
        f" at most {row['limit']:.0f} s{missed}"
    )


if __name__ == "__main__":
    main()
