"""A proxy on loopback in front of a storage, which does to answers what networks and gateways do."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from tests.cluster.gcsserver import GcsServer
from tests.cluster.s3server import S3Server

FAULTS = ("busy", "slow", "cut", "wrong range", "range forgotten", "refused")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}
_SLOW_PIECE, _SLOW_SECONDS = 4096, 0.002


class Proxy(ThreadingHTTPServer):
    """Passes requests on as they are, so that signatures hold; a share of the answers is spoiled, by a seed."""

    daemon_threads = True

    def __init__(self, server: S3Server | GcsServer, share: float, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.backend = server
        self._random, self._share, self._lock = random.Random(seed), share, threading.Lock()
        self.client = httpx.Client(base_url=server.endpoint, trust_env=False, timeout=30)
        self.faults: tuple[str, ...] = FAULTS
        self.done: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def whole(self, path: str) -> bytes:
        """The object that a request with a range asks for, all of it."""
        if isinstance(self.backend, S3Server):
            # Asked for by nobody, since the range is under the signature: read where the server keeps it.
            return (self.backend.path("") / unquote(urlsplit(path).path).lstrip("/")).read_bytes()
        return self.client.get(path).content

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response | None:
        """The server's answer; None when it gets lost on the way back."""
        return self.client.request(method, path, headers=headers, content=body)

    def fault(self, *, ranged: bool, reads: bool) -> str:
        """What happens to the next answer; "" for nothing."""
        possible = [each for each in self.faults if (ranged or "range" not in each) and (reads or each != "cut")]
        with self._lock:
            fault = self._random.choice(possible) if self._random.random() < self._share else ""
            self.done[fault or "none"] += 1
        return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass(self) -> None:
        # botocore waits for this before it sends a body.
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.fault(ranged="Range" in self.headers, reads=self.command == "GET")
        if fault == "refused":
            self.close_connection = True
            return
        if fault == "busy":
            self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
            return
        answer = self.server.forward(self.command, self.path, dict(self.headers), body)
        if answer is None:
            self.close_connection = True
            return
        headers, status, content = dict(answer.headers), answer.status_code, answer.content
        if status == 206 and "range" in fault:
            content = self.server.whole(self.path)
            status = 206 if fault == "wrong range" else 200
            headers["content-range"] = f"bytes 0-{len(content) - 1}/{len(content)}"
            headers["content-length"] = str(len(content))
            if status == 200:
                del headers["content-range"]
        self._answer(status, headers, content, fault)

    def _answer(self, status: int, headers: dict[str, str], content: bytes, fault: str = "") -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP and name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", headers.get("content-length", str(len(content))))
        self.end_headers()
        if self.command != "HEAD":
            self._send(content, fault)

    def _send(self, content: bytes, fault: str) -> None:
        if fault == "cut":
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        elif fault == "slow":
            for start in range(0, len(content), _SLOW_PIECE):
                self.wfile.write(content[start : start + _SLOW_PIECE])
                self.wfile.flush()
                threading.Event().wait(_SLOW_SECONDS)
        else:
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    """Serves until the block ends."""
    with proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
            proxy.client.close()
