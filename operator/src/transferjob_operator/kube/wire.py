"""Kept connections to the API server for short requests: TLS, reuse, and what is never reused."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlsplit

from kubernetes.client import Configuration

from .http1 import Answer, exchange

_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds, seconds, times: a peer that vanished without a word is noticed after a minute."""


class Wire:
    """A pool of connections to one server under one identity. All methods may be called from any thread."""

    def __init__(self, configuration: Configuration, keep: int, connect_timeout: float) -> None:
        """Reads no certificate and connects nowhere yet.

        Args:
            configuration: an `https` or `http` address without a proxy in between.
            keep: most idle connections that stay open.
            connect_timeout: seconds for connecting and the TLS handshake each.
        """
        address = urlsplit(str(configuration.host))
        self._host = str(address.hostname)
        self._port = address.port or (443 if address.scheme == "https" else 80)
        self._prefix, self._authority = address.path.rstrip("/"), address.netloc.rpartition("@")[2]
        self._server_name = str(configuration.tls_server_name or self._host)
        self._configuration, self._is_secure = configuration, address.scheme == "https"
        self._keep, self._connect_timeout = keep, connect_timeout
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._age = 0

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float, whole: float
    ) -> Answer:
        """One request and its whole answer.

        Args:
            method: GET, POST and so on.
            target: path and query.
            headers: without Host and Content-Length.
            body: what to send.
            timeout: longest silence of the server, seconds.
            whole: longest time until all of the answer is there, seconds.

        Raises:
            BrokenOff: the answer began and did not come in whole.
            OSError: no answer; also when a certificate's file cannot be read.
        """
        request = self._encode(method, target, headers, body)
        age, connection = self._take()
        try:
            connection.settimeout(timeout)
            answer = exchange(connection, request, time.monotonic() + whole)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, age, reusable=answer.reusable)
        return answer

    def clear(self) -> None:
        """Closes idle connections, and those in use after their answer."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._age += 1
        for connection in idle:
            connection.close()

    def _encode(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        lines = [f"{method} {self._prefix}{target} HTTP/1.1", f"Host: {self._authority}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        if any("\r" in line or "\n" in line for line in lines):
            raise ConnectionError("a header of the request holds a line break; a token's file may be damaged")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return head + (body or b"")

    def _take(self) -> tuple[int, socket.socket]:
        while True:
            with self._lock:
                age, connection = self._age, self._idle.pop() if self._idle else None
            if connection is None:
                return age, self._dial()
            if not _has_news(connection):
                return age, connection
            connection.close()

    def _give_back(self, connection: socket.socket, age: int, *, reusable: bool) -> None:
        with self._lock:
            if reusable and age == self._age and len(self._idle) < self._keep:
                self._idle.append(connection)
                return
        connection.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made by the first request, so that a file that cannot be read is that request's error."""
        return _tls(self._configuration)

    def _dial(self) -> socket.socket:
        tls = self._tls if self._is_secure else None
        connection = socket.create_connection((self._host, self._port), self._connect_timeout)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE.items():
                if hasattr(socket, name):  # not on every system that the command line runs on
                    connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
            return tls.wrap_socket(connection, server_hostname=self._server_name) if tls else connection
        except BaseException:
            connection.close()
            raise


def _has_news(connection: socket.socket) -> bool:
    """Whether an idle connection has something to read: it was closed, or an answer came that nobody asked for."""
    with contextlib.suppress(OSError, ValueError):
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0))
    return True


def _tls(configuration: Configuration) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert, cadata=configuration.ca_cert_data)
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    return context
