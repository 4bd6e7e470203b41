"""Plays schedules on the real control plane: `python -m tests.schedules.live 20 [FIRST SEED]`, several side by side.

Prints progress and a table; ends with 1 where a schedule found something, after its seed and its steps. The operators'
logs of those lie in build/schedules/.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

from tests.cluster.controlplane import ControlPlane
from tests.schedules.live.life import Told, live
from tests.schedules.live.plan import draw
from tests.soak.place import FAST_CLIENTS
from tests.support.installation import install

SIDE_BY_SIDE = 5
LOGS = Path("build/schedules")


def played(schedules: int, first_seed: int) -> Iterator[Told]:
    """The schedules, as they end; the log of one that found nothing is removed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with ControlPlane(scheduler=False, extra_flags=FAST_CLIENTS) as cluster:
        account = install(cluster)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            try:
                seeds = range(first_seed, first_seed + schedules)
                yield from map(_kept, as_completed([pool.submit(_one, cluster, account, seed) for seed in seeds]))
            finally:
                pool.shutdown(cancel_futures=True)


def main(schedules: int, first_seed: int = 1) -> int:
    """Plays them all and prints. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started, total, findings = time.monotonic(), Counter[str](), list[Told]()
    for number, told in enumerate(played(schedules, first_seed), 1):
        total += told.tally
        findings += [told] if told.finding else []
        print(f"{number:4} of {schedules}, {time.monotonic() - started:4.0f} s: {_line(told)}", flush=True)
    print("\n".join(f"{name:40} {count:6}" for name, count in sorted(total.items())))
    for told in findings:
        print(f"\n{told}\nagain: make schedules-live N=1 SEED={told.schedule.seed}; log: {_log(told.schedule.seed)}")
    return 1 if findings else 0


def _one(cluster: ControlPlane, account: Path, seed: int) -> Told:
    _log(seed).unlink(missing_ok=True)
    return live(cluster, account, draw(seed), _log(seed))


def _kept(done: Future[Told]) -> Told:
    told = done.result()
    if not told.finding:
        _log(told.schedule.seed).unlink()
    return told


def _log(seed: int) -> Path:
    return LOGS / f"live-{seed}.log"


def _line(told: Told) -> str:
    came = "FOUND SOMETHING" if told.finding else f"rest after {told.rest_seconds:.1f} s"
    return f"seed {told.schedule.seed}, {len(told.steps)} steps in {told.seconds:.1f} s, {came}"


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(*(int(argument) for argument in sys.argv[1:] or ["20"])))
    sys.exit(130)
