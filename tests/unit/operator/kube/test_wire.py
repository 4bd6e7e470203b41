"""Kept connections: used again while they are good, and never after somebody let go of them."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest
from kubernetes.client import Configuration

from tests.cluster.api import poll
from transferjob_operator.kube.wire import Wire

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server(socketserver.ThreadingTCPServer):
    """Counts connections, keeps the requests, and can close the connections it has."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.opened = self.ended = 0
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        super().shutdown_request(request)
        self.ended += 1


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.opened += 1
        self.request.settimeout(0.05)
        while not self.server.closing.is_set():
            try:
                came = self.request.recv(10_000)
            except TimeoutError:
                continue
            if not came:
                return
            self.server.requests.append(came)
            self.request.sendall(ANSWER)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join(5)


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    configuration = Configuration(host=f"http://127.0.0.1:{server.server_address[1]}/base/")
    wire = Wire(configuration, keep=2, connect_timeout=5)
    yield wire
    wire.clear()


def send(wire: Wire, body: bytes | None = None, **headers: str) -> bytes:
    return wire.send("POST", "/a?b=1", headers, body, timeout=5, whole=10).body


def test_a_request_is_whole_and_the_connection_is_used_again(server: Server, wire: Wire) -> None:
    assert send(wire, b"{1}", Accept="x") == b"{}"
    assert send(wire) == b"{}"
    authority = f"127.0.0.1:{server.server_address[1]}".encode()
    head = b"POST /base/a?b=1 HTTP/1.1\r\nHost: " + authority
    assert server.requests == [head + b"\r\nAccept: x\r\nContent-Length: 3\r\n\r\n{1}", head + b"\r\n\r\n"]
    assert server.opened == 1


def test_one_that_the_server_closed_meanwhile_is_replaced_without_an_error(server: Server, wire: Wire) -> None:
    send(wire)
    server.closing.set()
    poll(lambda: server.ended, lambda ended: ended == 1, 5, "closed by the server")
    server.closing.clear()
    assert send(wire) == b"{}"
    assert server.opened == 2


def test_after_clear_none_of_the_old_ones_is_used(server: Server, wire: Wire) -> None:
    send(wire)
    wire.clear()
    send(wire)
    assert server.opened == 2


def test_a_line_break_in_a_token_is_refused_before_anything_is_sent(server: Server, wire: Wire) -> None:
    with pytest.raises(ConnectionError, match="line break"):
        send(wire, Authorization="Bearer a\r\nX: y")
    assert server.requests == []


def test_a_missing_authority_is_the_requests_error() -> None:
    configuration = Configuration(host="https://127.0.0.1:1")
    configuration.ssl_ca_cert = "/nowhere/ca.crt"
    with pytest.raises(FileNotFoundError):
        Wire(configuration, keep=1, connect_timeout=1).send("GET", "/", {}, None, 1, 1)
