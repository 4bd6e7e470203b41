"""`make fuzz-data MINUTES=10`: damaged datasets of every format, one after the other, until the time is over."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from tests.fuzz.corpus import CASES
from tests.fuzz.play import bounded_memory, play

PLACE = Path("build/fuzz").absolute()
MOST_FOUND = 10
"""It ends early with these."""


def main() -> int:
    parser = argparse.ArgumentParser("tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first one; later ones follow it")
    parser.add_argument("--case", choices=CASES, help="only this format")
    given = parser.parse_args()
    warnings.simplefilter("error")
    # Of broken pictures Pillow says more than it raises.
    warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
    names = [given.case] if given.case else list(CASES)
    with bounded_memory():
        return _run(names, given.seed, time.monotonic() + given.minutes * 60)


def _run(names: list[str], seed: int, until: float) -> int:
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in names}
    found = 0
    while time.monotonic() < until and found < MOST_FOUND:
        for name in names:
            try:
                outcomes[name][play(name, seed, PLACE / "now")] += 1
            except Exception:
                found += 1
                outcomes[name]["FOUND"] += 1
                print(f"case {name}, seed {seed}:\n{traceback.format_exc(limit=-6)}", flush=True)
        seed += 1
    for name, counts in outcomes.items():
        print(
            f"{name:10} {counts.total():6} " + ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
        )
    print(f"{sum(counts.total() for counts in outcomes.values())} datasets, {found} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
