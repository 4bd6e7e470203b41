"""Measures the operator on a real control plane and writes build/bench/operator.json: see `--help`."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.operator.burst import burst, burst_with_pods
from bench.operator.failover import failover
from bench.operator.rest import at_rest

DOCUMENT = Path("build/bench/operator.json")


def main() -> None:
    """Runs the cases that were asked for; each result is saved as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m bench.operator", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000, help="jobs that are applied at once (default %(default)s)")
    parser.add_argument("--existing", type=int, default=5_000, help="jobs that exist already (default %(default)s)")
    parser.add_argument("--rest", type=float, default=120.0, help="seconds at rest (default %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each burst (default %(default)s)")
    parser.add_argument("--cases", nargs="+", choices=["ours", "ours_with_pods", "restart", "failover"])
    given = parser.parse_args()
    cases: dict[str, Callable[[], Any]] = {
        "ours": lambda: [burst(given.jobs) for _ in range(given.runs)],
        "ours_with_pods": lambda: [burst_with_pods(given.jobs) for _ in range(given.runs)],
        "restart": lambda: at_rest(given.existing, given.rest),
        "failover": failover,
    }
    _save(
        "machine",
        {"cores": os.cpu_count(), "memory_gib": psutil.virtual_memory().total >> 30, "system": platform.platform()},
    )
    for name in given.cases or cases:
        print(f"{name} ...", flush=True)
        figures = cases[name]()
        print(json.dumps(figures, indent=1), flush=True)
        _save(name, figures)


def _save(name: str, figures: Any) -> None:
    document = json.loads(DOCUMENT.read_text()) if DOCUMENT.exists() else {}
    document[name] = figures
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    draft = DOCUMENT.with_suffix(".tmp")
    draft.write_text(json.dumps(document, indent=1))
    draft.replace(DOCUMENT)


if __name__ == "__main__":
    main()
