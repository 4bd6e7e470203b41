"""Jobs come and go under faults for a while; fails when the operator grows, or loses, doubles or forgets a job.

`python -m tests.soak --minutes 30` writes build/soak/soak.json and soak.svg beside it; see `--help`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from tests.cluster.api import poll
from tests.soak.picture import picture
from tests.soak.place import Place
from tests.soak.samples import Sample, look, slopes
from tests.soak.show import line, table
from tests.soak.traffic import Traffic
from tests.soak.verdict import complaints, written
from tests.soak.weather import OUTAGE, Weather

DOCUMENT = Path("build/soak/soak.json")
_LONGEST_OUTAGE, _DRY_SECONDS, _SAMPLE_SECONDS, _FEWEST_SAMPLES = 600.0, 180.0, 10.0, 40


def main() -> int:
    """Soaks; 1 when something is wrong, 130 when interrupted."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Place() as place:
            found = soak(place, given)
    except KeyboardInterrupt:
        print("interrupted; nothing is left behind", file=sys.stderr)
        return 130
    _save(DOCUMENT.with_suffix(".svg"), found.pop("picture"))
    _save(DOCUMENT, json.dumps({"arguments": vars(given), **found}, indent=1))
    print(table(found["slopes"]), flush=True)
    for sentence in found["complaints"]:
        print(f"error: {sentence}", file=sys.stderr)
    print(f"{DOCUMENT}: {'failed' if found['complaints'] else 'all is well'}")
    return 1 if found["complaints"] else 0


def soak(place: Place, given: argparse.Namespace) -> dict[str, Any]:
    """Runs traffic and weather beside each other, and says what came of it."""
    seconds = 60.0 * given.minutes
    traffic = Traffic(place.jobs, population=given.population, per_second=given.per_second, seed=given.seed)
    outage = min(seconds / 3, _LONGEST_OUTAGE) if given.outage is None else given.outage
    weather = Weather(place, outage_at=seconds / 2, outage_seconds=outage, seed=given.seed)
    pid = place.elder.child.pid
    traffic.start()
    weather.start()
    try:
        samples = _watch(place, traffic, weather, seconds)
        weather.stop()
        traffic.dry_up()
        _wait_dry(traffic)
    finally:
        weather.stop()
        traffic.stop()
    measured = slopes(samples)
    wrong = [f"{name} grows by {of['per_hour']} an hour" for name, of in measured.items() if of["grows"]]
    wrong += [f"{part} failed: {failure!r}" for part in (traffic, weather) if (failure := part.failure)]
    wrong += [] if place.elder.child.pid == pid and place.elder.child.running else ["the elder replica ended"]
    return {
        "jobs": {"made": traffic.ledger.made, "ended": dict(traffic.ledger.ended)},
        "faults": dict(weather.seen),
        "slopes": measured,
        "writes": written(place),
        "complaints": [*wrong, *complaints(place, traffic.ledger)],
        "samples": [asdict(sample) for sample in samples],
        "picture": picture(samples, measured, weather.outages),
    }


def _watch(place: Place, traffic: Traffic, weather: Weather, seconds: float) -> list[Sample]:
    samples: list[Sample] = []
    every = min(_SAMPLE_SECONDS, seconds / _FEWEST_SAMPLES)
    started, wait = time.monotonic(), threading.Event().wait
    while (now := time.monotonic() - started) < seconds and not (traffic.failure or weather.failure):
        try:
            sample = look(place.elder, started, away=weather.now == OUTAGE)
        except psutil.NoSuchProcess:
            break  # told by what is said of the elder replica
        if sample is not None:
            samples.append(sample)
            print(line(sample, traffic.ledger, weather.now), flush=True)
        wait(max(0.0, every - (time.monotonic() - started - now)))
    return samples


def _wait_dry(traffic: Traffic) -> None:
    def over(left: int) -> bool:
        return left == 0 or traffic.failure is not None

    try:
        poll(lambda: len(traffic.ledger.open), over, _DRY_SECONDS, "all jobs ended")
    except TimeoutError as error:
        print(error, file=sys.stderr)  # which they are, the verdict says


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    add = parser.add_argument
    add("--minutes", type=float, default=30.0, help="length of the soak (default %(default)s)")
    add("--population", type=int, default=100, help="jobs at a time, at most (default %(default)s)")
    add("--per-second", type=float, default=3.0, help="jobs made a second (default %(default)s)")
    add("--outage", type=float, help="seconds without API server (default: a third of the soak, at most 600)")
    add("--seed", type=int, default=1, help="of jobs and faults (default %(default)s)")
    return parser.parse_args()


def _save(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    draft.write_text(text)
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
