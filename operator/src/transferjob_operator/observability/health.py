"""/metrics, /healthz and /readyz on one port.

Liveness is red only when a loop of ours has not even tried within its deadline: a restart would help then. An API
server that is away makes readiness red, never liveness: a restart would not bring it back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .metrics import Metrics


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that has to show signs of life."""

    name: str
    last_attempt: Callable[[], float]
    """Monotonic time of its last step."""
    deadline: float
    """Longest pause between two steps, seconds."""


class Health:
    """What keeps this process from being alive or ready, as sentences; empty means well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._loops: list[Loop] = []
        self._readiness: list[Callable[[], str | None]] = []

    def add_loop(self, loop: Loop) -> None:
        """Watches a loop."""
        self._loops.append(loop)

    def add_readiness(self, check: Callable[[], str | None]) -> None:
        """Asks `check` for a reason not to be ready."""
        self._readiness.append(check)

    def dead(self) -> list[str]:
        """Loops that have not tried within their deadlines."""
        now = self._clock()
        return [
            f"{loop.name} has not stirred for {now - loop.last_attempt():.0f} s (limit {loop.deadline:.0f} s)"
            for loop in self._loops
            if now - loop.last_attempt() > loop.deadline
        ]

    def unready(self) -> list[str]:
        """Reasons not to be ready."""
        return [reason for check in self._readiness if (reason := check())] + self.dead()


class HealthServer:
    """Serves health and metrics from threads of its own."""

    def __init__(self, address: str, port: int, health: Health, metrics: Metrics) -> None:
        """Binds the port; 0 takes a free one.

        Raises:
            OSError: the port cannot be bound.
        """
        self._server = ThreadingHTTPServer((address, port), _handler(_pages(health, metrics)))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port that is served."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Starts serving."""
        self._thread.start()

    def stop(self) -> None:
        """Stops serving and frees the port."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


Page = Callable[[], tuple[int, bytes]]


def _pages(health: Health, metrics: Metrics) -> Mapping[str, Page]:
    return {
        "/healthz": lambda: _verdict(health.dead()),
        "/readyz": lambda: _verdict(health.unready()),
        "/metrics": lambda: (200, metrics.render()),
    }


def _verdict(complaints: list[str]) -> tuple[int, bytes]:
    return (503, "\n".join([*complaints, ""]).encode()) if complaints else (200, b"ok\n")


def _handler(pages: Mapping[str, Page]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            code, body = page() if page else (404, b"not found\n")
            self.send_response(code)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing: a probe every few seconds is no news."""

    return Handler
