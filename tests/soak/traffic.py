"""Jobs that come and go: a steady population, each job with the end that it must come to."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.component.operator.pods import DONE, Jobs
from transferjob_trainer.contract import Termination

FINISHED = ("Succeeded", "Failed")
_LOOK_SECONDS = 1.0
_SHORTEST, _LONGEST = 2.0, 20.0
"""Seconds that a played pod runs."""
_WRONG = Termination(reason="InvalidSpec", message="freeze.upTo: no layer nowhere in ResNet50").encode().decode()
_DONE = DONE.encode().decode()
_KINDS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "succeed": (60, "Succeeded", {"exitCode": 0, "message": _DONE}),
    "fail": (10, "Failed", {"exitCode": 64, "message": _WRONG}),
    "retry": (10, "Failed", {"exitCode": 69}),
    "pause": (10, "Succeeded", {"exitCode": 0, "message": _DONE}),
    "remove": (5, "gone", {"exitCode": 0, "message": _DONE}),
    "expire": (5, "gone", {"exitCode": 0, "message": _DONE}),
}
"""Share in percent, the end, and the last words of each attempt."""


@dataclass(slots=True)
class Entry:
    """One job that was made and is not gone."""

    kind: str
    paused: int = 0
    """0 not yet, 1 told to, 2 resumed."""
    deleted: bool = False


@dataclass
class Ledger:
    """What was made, what became of it, and what should not have."""

    open: dict[str, Entry] = field(default_factory=dict)
    made: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Traffic:
    """A thread that makes, switches and deletes jobs; it talks to the API server directly, past all faults."""

    def __init__(self, jobs: Jobs, *, population: int, per_second: float, seed: int) -> None:
        self._jobs, self._population, self._per_second = jobs, population, per_second
        self._random = random.Random(seed)
        self.ledger = Ledger()
        self.failure: BaseException | None = None
        self._filling = True
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def dry_up(self) -> None:
        """Makes no job any more; those that are there go on to their ends."""
        self._filling = False

    def stop(self) -> None:
        """Ends the thread."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        started = time.monotonic()
        try:
            while not self._ended.wait(_LOOK_SECONDS):
                self._fill(round(self._per_second * (time.monotonic() - started)))
                self._look()
        except BaseException as error:
            self.failure = error

    def _fill(self, due: int) -> None:
        burst = round(2 * self._per_second)  # after a pause no more than this at once
        room = min(due - self.ledger.made, burst, self._population - len(self.ledger.open))
        for _ in range(room if self._filling else 0):
            name = f"job-{self.ledger.made}"
            kind = self._random.choices(list(_KINDS), [share for share, *_ in _KINDS.values()])[0]
            self.ledger.open[name] = Entry(kind)
            self.ledger.made += 1
            self._jobs.create(name, **self._spec(kind))

    def _spec(self, kind: str) -> dict[str, Any]:
        seconds = self._random.uniform(_SHORTEST, _LONGEST)
        script = [{"running": True}, {"wait_seconds": seconds}, {"terminated": _KINDS[kind][2]}]
        run = {"expire": {"ttlSecondsAfterFinished": 1}, "retry": {"retries": 1}}.get(kind, {})
        return {
            "resources": {"gpus": 0, "cpu": "10m", "memory": "16Mi"},
            "pod": {"annotations": {"local-node/script": json.dumps(script)}},
            "run": run,
        }

    def _look(self) -> None:
        there = {item["metadata"]["name"]: item for item in self._jobs.all()}
        for name, entry in list(self.ledger.open.items()):
            if name in there:
                self._move(name, entry, there[name].get("status", {}).get("phase", ""))
            else:
                self._gone(name, entry)

    def _move(self, name: str, entry: Entry, phase: str) -> None:
        end = _KINDS[entry.kind][1]
        if phase in FINISHED and end != "gone":
            if phase != end:
                self.ledger.wrong.append(f"{name} ({entry.kind}) ended {phase}, not {end}")
            self._delete(name, entry)
        elif entry.kind == "remove" and phase:
            self._delete(name, entry)
        elif entry.kind == "pause" and phase == "Running" and not entry.paused:
            self._jobs.suspend(name, True)
            entry.paused = 1
        elif entry.kind == "pause" and phase == "Suspended" and entry.paused == 1:
            self._jobs.suspend(name, False)
            entry.paused = 2

    def _delete(self, name: str, entry: Entry) -> None:
        if not entry.deleted:
            self._jobs.delete(name)
            entry.deleted = True

    def _gone(self, name: str, entry: Entry) -> None:
        if not entry.deleted and _KINDS[entry.kind][1] != "gone":
            self.ledger.wrong.append(f"{name} ({entry.kind}) vanished")
        self.ledger.ended[entry.kind] += 1
        del self.ledger.open[name]
