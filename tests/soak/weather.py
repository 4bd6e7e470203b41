"""Faults at random: of the connection to the API server, of a replica, and one long outage."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.faults import faults as f
from tests.soak.place import Place

OUTAGE = "outage"
_READS, _WATCH, _LIST = frozenset({"list", "watch", "get"}), frozenset({"watch"}), frozenset({"list"})
_FAULT_SECONDS, _CALM_SECONDS, _KILL_EVERY_SECONDS = (2.0, 10.0), (1.0, 6.0), 40.0
FAULTS: dict[str, Callable[[], list[f.Rule]]] = {
    "watches cut": lambda: [f.Rule(f.CutAfter(5), _WATCH)],
    "watches silent": lambda: [f.Rule(f.SilentAfter(5), _WATCH)],
    "watches expired": lambda: [f.Rule(f.ExpiredAfter(3), _WATCH)],
    "events twice": lambda: [f.Rule(f.Twice(), _WATCH)],
    "events late": lambda: [f.Rule(f.Late(0.1), _WATCH)],
    "events swapped": lambda: [f.Rule(f.Swapped(), _WATCH)],
    "events lost": lambda: [f.Rule(f.Lost(3), _WATCH)],
    "reads 500": lambda: [f.Rule(f.Answer(500, "InternalError"), _READS, every=3)],
    "lists expired": lambda: [f.Rule(f.Answer(410, "Expired"), _LIST, every=2)],
    "requests lost": lambda: [f.Rule(f.LoseRequest(), every=3)],
    "replies lost": lambda: [f.Rule(f.LoseReply(), every=3)],
    "writes held": lambda: [f.Rule(f.Hold(), every=10)],
    "writes late": lambda: [f.Rule(f.Delay(0.3))],
    "writes 409": lambda: [f.Rule(f.Answer(409, "Conflict"), every=3)],
    "writes 429": lambda: [f.Rule(f.Answer(429, "TooManyRequests", retry_after=1), every=3)],
    "writes 500": lambda: [f.Rule(f.Answer(500, "InternalError"), every=3)],
    "writes 503": lambda: [f.Rule(f.Answer(503, "ServiceUnavailable", retry_after=1), every=3)],
}


class Weather:
    """A thread that makes faults until it is told to end; `now` is the present one."""

    def __init__(self, place: Place, *, outage_at: float, outage_seconds: float, seed: int) -> None:
        """Prepares; the outage begins `outage_at` seconds after the start."""
        self._place, self._random = place, random.Random(seed)
        self._outage_at, self._outage_seconds = outage_at, outage_seconds
        self.now, self.seen = "calm", Counter[str]()
        self.outages: list[tuple[float, float]] = []
        """Begin and end, in seconds since the start."""
        self.failure: BaseException | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="weather", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the fault that is there, and the thread."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        started = killed = time.monotonic()
        try:
            while not self._pause("calm", self._random.uniform(*_CALM_SECONDS)):
                if self._outage_seconds and time.monotonic() - started >= self._outage_at:
                    self._outage(started)
                if time.monotonic() - killed >= _KILL_EVERY_SECONDS:
                    killed = time.monotonic()
                    self._kill()
                self._disturb(self._random.choice(list(FAULTS)))
        except BaseException as error:
            self.failure = error

    def _disturb(self, name: str) -> None:
        self.seen[name] += 1
        with self._place.proxy.faults(*FAULTS[name]()):
            self._pause(name, self._random.uniform(*_FAULT_SECONDS))

    def _outage(self, started: float) -> None:
        self.seen[OUTAGE] += 1
        began = time.monotonic()
        self._place.proxy.go_away()
        self._pause(OUTAGE, self._outage_seconds)
        self._place.proxy.come_back()
        self._outage_seconds = 0.0
        self.outages.append((began - started, time.monotonic() - started))

    def _kill(self) -> None:
        self.seen["replica killed"] += 1
        self._place.younger.kill()
        self._place.younger.start(wait_ready=False)

    def _pause(self, what: str, seconds: float) -> bool:
        self.now = what
        ended = self._ended.wait(seconds)
        self.now = "calm"
        return ended
