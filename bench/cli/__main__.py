"""`python -m bench.cli`: prints start-up times and writes them to build/bench/cli.json."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.cli.starts import measure

_FILE = Path("build/bench/cli.json")
_LIMIT = 2.0


def main() -> int:
    """1 when `--help` takes more than twice the bare import."""
    parser = argparse.ArgumentParser(prog="python -m bench.cli", description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    measured = measure(runs)
    bare = measured[0]
    print(f"{'best of ' + str(runs):26} {'wall s':>8} {'cpu s':>8} {'cpu ratio':>10}")
    for start in measured:
        ratio = start.cpu_seconds / bare.cpu_seconds
        print(f"{start.name:26} {start.seconds:8.3f} {start.cpu_seconds:8.3f} {ratio:10.2f}")
    _FILE.parent.mkdir(parents=True, exist_ok=True)
    _FILE.write_text(json.dumps([asdict(start) for start in measured], indent=2) + "\n")
    named = {start.name: start for start in measured}
    return int(named["--help"].cpu_seconds > _LIMIT * bare.cpu_seconds)


if __name__ == "__main__":
    sys.exit(main())
