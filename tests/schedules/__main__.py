"""Makes many schedules from fixed seeds: `python -m tests.schedules 10000 [FIRST SEED]` in two processes.

Prints progress and a table; ends with 1 where a schedule found something, after the smallest such schedule as code.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from hypothesis import Phase

from tests.schedules.play import play
from tests.schedules.step import TALLY

PROCESSES = 2
BATCH = 250


@dataclass(frozen=True)
class Batch:
    """So many schedules from one seed, and what came of them."""

    seed: int
    tally: Counter[str]
    finding: str
    """The smallest schedule that found something, empty where none did."""


def run_batch(number: int, schedules: int) -> Batch:
    """Makes the schedules of one seed. What the operator warns of is left out: its log is not what is looked at."""
    logging.disable(logging.WARNING)
    finding = ""
    try:
        play(number, schedules, Phase.generate, Phase.shrink)
    except Exception as error:
        finding = "\n".join(f"seed {number}: {text}" for text in _told(error))
    return Batch(number, Counter(TALLY), finding)


def _told(error: BaseException) -> list[str]:
    """Each failure in words, with the schedule that shows it."""
    if isinstance(error, BaseExceptionGroup):
        return [text for one in error.exceptions for text in _told(one)]
    return ["\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])]


def batches(schedules: int, first_seed: int) -> Iterator[Batch]:
    """The batches, as they are done."""
    sizes = [min(BATCH, schedules - start) for start in range(0, schedules, BATCH)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield from pool.map(run_batch, range(first_seed, first_seed + len(sizes)), sizes)


def main(schedules: int, first_seed: int = 1) -> int:
    """Runs them all and prints. Returns the exit code."""
    started, total, findings = time.monotonic(), Counter[str](), list[str]()
    for batch in batches(schedules, first_seed):
        total += batch.tally
        findings += [batch.finding] if batch.finding else []
        seconds = time.monotonic() - started
        done = total["schedules"]
        print(f"{done:6} schedules, {seconds:5.0f} s, {done / seconds:5.1f}/s, {len(findings)} findings", flush=True)
    print("\n".join(f"{name:40} {count:9}" for name, count in sorted(total.items())))
    for finding in findings:
        print(f"\n{finding}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:] or ["10000"])))
