"""The HTTP server: bounded in connections, time and bytes, and silent towards pages of other origins."""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .classifier import Classifier

_MOST_CONNECTIONS = 16
_LONGEST_SECONDS = 90.0
"""Of one connection, from its first byte to the answer."""
_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: application/json\r\n\r\n" + (
    b'{"error": "Too many requests at once; try again."}\n'
)


class Server(ThreadingHTTPServer):
    """Listens from the start; answers once `serve` is called."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32
    classifier: Classifier

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._ended = threading.Event()
        super().__init__((host, port), handler)
        self.loopback = _is_loopback(self.server_address[0])

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        address, port = str(self.server_address[0]), self.server_address[1]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def serve(self, classifier: Classifier) -> None:
        """Answers until `end` is called or the process is interrupted."""
        self.classifier = classifier
        self.timeout = 0.5
        while not self._ended.is_set():
            self.handle_request()

    def end(self) -> None:
        """Ends `serve`, from any thread."""
        self._ended.set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Gives the connection a thread, or turns it away."""
        if not self._free.acquire(blocking=False):
            with suppress(OSError):
                request.settimeout(1)
                request.sendall(_BUSY)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answers, and cuts a connection that takes too long: a timeout of the socket begins anew with each byte."""
        cut = threading.Timer(_LONGEST_SECONDS, _cut, (request,))
        cut.daemon = True
        cut.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut.cancel()
            self._free.release()

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A client that goes away is no news; a fault of ours is told in a line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            sys.stderr.write(f"A request failed: {type(error).__name__}: {error}\n")


def _cut(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


def _is_loopback(address: Any) -> bool:
    return ipaddress.ip_address(str(address).partition("%")[0]).is_loopback
