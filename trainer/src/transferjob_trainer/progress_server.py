"""GET /progress, /metrics and /healthz on the pod's own address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from .contract.gauges import GAUGES, PREFIX
from .contract.progress import HEALTH_PATH, METRICS_PATH, PROGRESS_PATH
from .progress_board import ProgressBoard

CONTENT_JSON = "application/json"
CONTENT_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def render_metrics(board: ProgressBoard) -> bytes:
    """The progress in the text format of Prometheus; numbers that are not known yet are absent."""
    registry = CollectorRegistry()
    progress = board.read()
    for name, text in GAUGES.items():
        value = getattr(progress, name)
        if value is not None:
            Gauge(f"{PREFIX}{name}", text, registry=registry).set(value)
    return generate_latest(registry)


@contextmanager
def serving(board: ProgressBoard, address: str, port: int) -> Iterator[int]:
    """Serves the board while the body runs; gives the port. Raises OSError when the address cannot be bound."""
    server = ThreadingHTTPServer((address, port), _handler(board))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="progress", daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _handler(board: ProgressBoard) -> type[BaseHTTPRequestHandler]:
    pages: dict[str, Callable[[], tuple[str, bytes]]] = {
        PROGRESS_PATH: lambda: (CONTENT_JSON, board.read().model_dump_json(by_alias=True, exclude_none=True).encode()),
        METRICS_PATH: lambda: (CONTENT_TEXT, render_metrics(board)),
        HEALTH_PATH: lambda: (CONTENT_TEXT, b"ok\n"),
    }

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            page = pages.get(self.path)
            if page is None:
                self.send_error(404)
                return
            content_type, body = page()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests are not news."""

    return Handler
