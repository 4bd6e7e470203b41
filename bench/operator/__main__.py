"""Measures the operator on a real control plane and writes build/bench/operator.json: see `--help`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from bench.operator.burst import backlog, burst, burst_with_pods
from bench.operator.contenders import OURS, PEER_BEST, PEER_DEFAULT
from bench.operator.failover import failover
from bench.operator.figures import spread
from bench.operator.peerprogram import PEER
from bench.operator.progress import progress
from bench.operator.rest import at_rest, idle, reaction
from bench.operator.table import show
from tests.cluster.toolchain import binary
from transferjob_operator.runtime.progress_rate import WRITES_PER_SECOND

DOCUMENT = Path("build/bench/operator.json")


def main() -> None:
    """Runs the cases that were asked for; each result is saved as soon as it is there."""
    given = _arguments().parse_args()
    console = Console()
    binary(PEER)
    _save("machine", _machine())
    started = time.monotonic()
    for name, (measure, runs) in _cases(given).items():
        if given.cases and name not in given.cases:
            continue
        measured = []
        for run in range(1, runs + 1):
            console.print(f"[{time.monotonic() - started:4.0f} s] {name}, run {run} of {runs}", markup=False)
            measured.append(measure())
            console.print_json(json.dumps(measured[-1]), indent=None)
        _save(name, spread(measured))
    show(_load(), console)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.operator", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000, help="jobs that are applied at once (default %(default)s)")
    parser.add_argument("--existing", type=int, default=10_000, help="jobs at rest; half for `restart` (%(default)s)")
    parser.add_argument("--rest", type=float, default=120.0, help="seconds at rest (default %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each short case (default %(default)s)")
    parser.add_argument("--cases", nargs="+", metavar="CASE", help="only these, by their names in the document")
    return parser


def _cases(given: argparse.Namespace) -> dict[str, tuple[Callable[[], dict[str, float]], int]]:
    """Each case by name, and how often it is run: the long ones once, since their figures hardly differ."""
    jobs, runs = given.jobs, given.runs
    return {
        "ours": (lambda: burst(OURS, jobs), runs),
        "peer_best": (lambda: burst(PEER_BEST, jobs), runs),
        "peer_default": (lambda: burst(PEER_DEFAULT, jobs), runs),
        "ours_with_pods": (lambda: burst_with_pods(jobs), runs),
        "idle": (idle, 1),
        "reaction": (lambda: reaction(jobs), 1),
        "failover": (failover, runs),
        "restart": (lambda: at_rest(given.existing // 2, 0.0), 1),
        "steady": (lambda: at_rest(given.existing, given.rest), 1),
        "ours_backlog": (lambda: backlog(OURS, jobs), 1),
        "peer_backlog": (lambda: backlog(PEER_BEST, jobs), 1),
        "progress": (lambda: progress(jobs, 2 * jobs / WRITES_PER_SECOND), 1),
    }


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "memory_gib": psutil.virtual_memory().total >> 30, "system": platform.platform()}


def _load() -> dict[str, Any]:
    return dict(json.loads(DOCUMENT.read_text())) if DOCUMENT.exists() else {}


def _save(name: str, figures: Any) -> None:
    document = _load() | {name: figures}
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    draft = DOCUMENT.with_suffix(".tmp")
    draft.write_text(json.dumps(document, indent=1))
    draft.replace(DOCUMENT)


if __name__ == "__main__":
    main()
