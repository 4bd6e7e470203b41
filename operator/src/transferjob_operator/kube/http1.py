"""As much of HTTP/1.1 (RFC 9112) as short requests to an API server need: one exchange on an open connection.

The general clients parse headers as e-mail and wrap each answer in four objects; for answers of a few kilobytes that
costs more than the work itself (record 0060).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

_PIECE = 64 * 1024
_MAX_HEAD = 64 * 1024
_END_OF_HEAD, _END_OF_LINE = b"\r\n\r\n", b"\r\n"
_WITHOUT_BODY = frozenset({204, 304})
_INTERIM = range(100, 200)


class BrokenOff(ConnectionError):
    """The answer began and did not come in whole; `status` is its HTTP status."""

    def __init__(self, status: int, cause: Exception) -> None:
        super().__init__(str(cause))
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    reusable: bool
    """Whether the connection takes another request."""


def exchange(connection: socket.socket, request: bytes, end: float) -> Answer:
    """Sends a request and reads its answer.

    Args:
        connection: open; its timeout limits each silence of the server.
        request: head and body.
        end: monotonic time by which the answer must be there.

    Raises:
        BrokenOff: the body did not come in whole, or not in time.
        OSError: nothing came, or what came is no HTTP.
    """
    connection.sendall(request)
    incoming = _Incoming(connection, end)
    status, headers = _head(incoming)
    while status in _INTERIM:
        status, headers = _head(incoming)
    try:
        body, framed = _body(incoming, status, headers)
    except (OSError, ValueError) as error:
        raise BrokenOff(status, error) from error
    stays = framed and headers.get("connection", "").lower() != "close" and incoming.is_empty
    return Answer(status, headers, body, stays)


class _Incoming:
    """What has come and is not taken yet."""

    def __init__(self, connection: socket.socket, end: float) -> None:
        self._connection, self._end, self._left = connection, end, b""

    @property
    def is_empty(self) -> bool:
        return not self._left

    def until(self, mark: bytes) -> bytes:
        """What comes before the mark, which is taken away."""
        while (at := self._left.find(mark)) < 0:
            if len(self._left) > _MAX_HEAD:
                raise ConnectionError(f"no end of a line within {_MAX_HEAD} bytes")
            self._left += self._receive()
        taken, self._left = self._left[:at], self._left[at + len(mark) :]
        return taken

    def exactly(self, size: int) -> bytes:
        pieces, missing = [self._left[:size]], size - len(self._left)
        self._left = self._left[size:]
        while missing > 0:
            piece = self._receive()
            pieces.append(piece[:missing])
            self._left = piece[missing:]
            missing -= len(piece)
        return b"".join(pieces)

    def all(self) -> bytes:
        """Until the server closes the connection."""
        pieces, self._left = [self._left], b""
        while piece := self._piece():
            pieces.append(piece)
        return b"".join(pieces)

    def _receive(self) -> bytes:
        piece = self._piece()
        if not piece:
            raise ConnectionError("the server closed the connection")
        return piece

    def _piece(self) -> bytes:
        if time.monotonic() > self._end:
            raise TimeoutError("it did not come in whole in time")
        return self._connection.recv(_PIECE)


def _head(incoming: _Incoming) -> tuple[int, dict[str, str]]:
    first, *lines = incoming.until(_END_OF_HEAD).decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if version != "HTTP/1.1" or not (code.isascii() and code.isdigit()):
        raise ConnectionError(f"the server does not speak HTTP/1.1: {first[:80]!r}")
    pairs = (line.partition(":") for line in lines)
    return int(code), {name.lower(): value.strip() for name, _, value in pairs}


def _body(incoming: _Incoming, status: int, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """The body, and whether its end was told otherwise than by closing the connection."""
    if status in _WITHOUT_BODY:
        return b"", True
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(incoming), True
    length = headers.get("content-length")
    if length is None:
        return incoming.all(), False
    return incoming.exactly(_size(length, 10)), True


def _chunks(incoming: _Incoming) -> bytes:
    pieces = []
    while size := _size(incoming.until(_END_OF_LINE).partition(b";")[0].decode("latin-1"), 16):
        pieces.append(incoming.exactly(size))
        if incoming.exactly(2) != _END_OF_LINE:
            raise ConnectionError("a chunk is longer than it says")
    while incoming.until(_END_OF_LINE):
        pass  # trailers tell nothing that is needed
    return b"".join(pieces)


def _size(text: str, base: int) -> int:
    size = int(text.strip(), base)
    if size < 0:
        raise ValueError(f"a negative size: {text}")
    return size
