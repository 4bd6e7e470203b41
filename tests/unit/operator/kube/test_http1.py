"""The HTTP/1.1 reader on a real pair of sockets, with a server that says what it should and what it should not."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from transferjob_operator.kube.http1 import Answer, BrokenOff, exchange

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours, theirs:
        yield ours, theirs


def answer(pair: tuple[socket.socket, socket.socket], *pieces: bytes, close: bool = False, whole: float = 5) -> Answer:
    """What becomes of these pieces, each sent by itself."""
    ours, theirs = pair

    def serve() -> None:
        with contextlib.suppress(OSError):
            theirs.recv(1000)
            for piece in pieces:
                theirs.sendall(piece)
            if close:
                theirs.shutdown(socket.SHUT_RDWR)

    server = threading.Thread(target=serve)
    server.start()
    try:
        return exchange(ours, REQUEST, time.monotonic() + whole)
    finally:
        ours.close()
        server.join(5)


Pair = tuple[socket.socket, socket.socket]


def test_a_body_of_a_told_length(pair: Pair) -> None:
    got = answer(pair, b"HTTP/1.1 201 Created\r\nContent-Le", b"ngth: 4\r\nRetry-After:  7 \r\n\r\nab", b"cd")
    assert got == Answer(201, {"content-length": "4", "retry-after": "7"}, b"abcd", reusable=True)


def test_a_body_in_chunks_that_come_in_any_pieces(pair: Pair) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    raw = head + b"3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"
    got = answer(pair, *(raw[at : at + 1] for at in range(len(raw))))
    assert (got.status, got.body, got.reusable) == (200, b"abc0123456789", True)


def test_interim_answers_are_passed_over(pair: Pair) -> None:
    assert answer(pair, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n").status == 204


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"]
)
def test_a_connection_that_the_server_closes_is_not_used_again(pair: Pair, head: bytes) -> None:
    got = answer(pair, head + b"ab", close=True)
    assert (got.body, got.reusable) == (b"ab", False)


def test_bytes_that_nobody_asked_for_end_the_connection(pair: Pair) -> None:
    assert not answer(pair, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc").reusable


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_body_that_is_not_what_it_says_is_broken_off(pair: Pair, raw: bytes) -> None:
    with pytest.raises(BrokenOff) as broken:
        answer(pair, raw, close=True)
    assert broken.value.status == 200


@pytest.mark.parametrize(
    "raw", [b"", b"HTTP/1.1 200", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"x" * 200_000]
)
def test_what_is_no_http_is_no_answer(pair: Pair, raw: bytes) -> None:
    with pytest.raises(ConnectionError):
        answer(pair, raw, close=True)


def test_a_trickle_ends_in_time(pair: Pair) -> None:
    with pytest.raises(TimeoutError, match="in time"):
        answer(pair, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", whole=-0.001)
