"""Sends requests to the API server: timeouts, bytes in and out, errors as exceptions.

The official client's models are left aside: raw JSON costs a tenth of the time and of the memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ssl import SSLCertVerificationError
from typing import Any, Protocol

import orjson
import urllib3
from kubernetes.client import Configuration
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError, SSLError

from .connection import Connection, Connections
from .connection import load_configuration as load_configuration
from .errors import ApiError, Unavailable, error_from_response
from .rest import Request

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0
ANSWER_SECONDS = 120.0
"""Longest time that an answer may take to come in whole, however steadily it trickles."""
_PIECE = 64 * 1024
_UNAUTHORIZED = 401

OnResponse = Callable[[str, int, float], None]
"""Told of each answer: verb, HTTP status (0: none came), seconds."""


class Stream(Protocol):
    """A long answer that is read as it comes."""

    def chunks(self) -> Iterator[bytes]:
        """Pieces of the body in order.

        Raises:
            Unavailable: the connection broke, or nothing came within the idle limit.
        """

    def shutdown(self) -> None:
        """Ends a read that another thread is blocked in."""


class _ResponseStream:
    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        try:
            yield from self._response.stream(_PIECE, decode_content=True)
        except (HTTPError, OSError) as error:
            raise Unavailable(0, "Broken", f"the watch ended early: {error}") from error

    def shutdown(self) -> None:
        try:
            self._response.shutdown()
        except (HTTPError, OSError, ValueError, RuntimeError):
            self._response.close()


class KubeClient:
    """One pool of connections to the API server, shared by all threads."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        pool_size: int = 32,
        user_agent: str = "transferjob-operator",
        on_response: OnResponse | None = None,
        reload: Callable[[], Configuration] | None = None,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        """Prepares; nothing is sent yet.

        Args:
            configuration: where the server is and who we are.
            pool_size: most connections that are kept open.
            user_agent: name of this program in the server's logs.
            on_response: told of each answer.
            reload: reads the configuration again when the server does not know us, or we do not know it, any more.
            read_timeout: longest silence of the server, seconds, where a request names no other.
        """
        self._connections = Connections(configuration, pool_size, reload)
        self._user_agent, self._read_timeout = user_agent, read_timeout
        self._on_response = on_response or (lambda _verb, _code, _seconds: None)

    def send(self, request: Request, *, timeout: float | None = None) -> Any:
        """Sends a request and returns the decoded JSON answer.

        Args:
            request: what to send.
            timeout: longest silence of the server, seconds.

        Raises:
            ApiError: the answer was not success; `Unavailable` also when none came.
        """
        with self._opened(request, timeout or self._read_timeout) as response:
            try:
                return orjson.loads(_body(response))
            except (HTTPError, OSError, orjson.JSONDecodeError) as error:
                raise Unavailable(0, "Broken", f"the answer to {request.verb} broke off: {error}") from error

    @contextmanager
    def open_stream(self, request: Request, *, idle_timeout: float) -> Iterator[Stream]:
        """Sends a request whose answer is read as it comes.

        Raises:
            ApiError: the answer was not success.
        """
        with self._opened(request, idle_timeout) as response:
            yield _ResponseStream(response)

    def close(self) -> None:
        """Closes idle connections."""
        self._connections.drop_idle()

    @contextmanager
    def _opened(self, request: Request, timeout: float) -> Iterator[urllib3.BaseHTTPResponse]:
        connection = self._connections.current
        try:
            response = self._answer(connection, request, timeout)
        except _UnknownToEachOther as error:
            if not self._connections.renew(connection):
                raise error.cause from error.cause.__cause__
            response = self._answer(self._connections.current, request, timeout, last=True)
        try:
            if response.status >= 300:
                raise _error(response)
            yield response
        finally:
            response.close()  # a body that was read to its end has given its connection back to the pool before

    def _answer(
        self, connection: Connection, request: Request, timeout: float, *, last: bool = False
    ) -> urllib3.BaseHTTPResponse:
        """The head of the answer. Neither case of _UnknownToEachOther has done anything: both may be tried again."""
        started = time.monotonic()
        try:
            response = self._request(connection, request, timeout)
        except (HTTPError, OSError, ConfigException) as error:
            self._on_response(request.verb, 0, time.monotonic() - started)
            self._connections.drop_idle()
            lost = Unavailable(0, "Unreachable", f"{request.verb} {request.path} got no answer: {error}")
            if _is_stranger(error) and not last:
                raise _UnknownToEachOther(lost) from error
            raise lost from error
        self._on_response(request.verb, response.status, time.monotonic() - started)
        if response.status == _UNAUTHORIZED and not last:
            refused = _error(response)
            response.close()
            raise _UnknownToEachOther(refused)
        return response

    def _request(self, connection: Connection, request: Request, timeout: float) -> urllib3.BaseHTTPResponse:
        return connection.pool.request(
            request.method,
            connection.host + request.target,
            body=request.body,
            headers=connection.headers(request, self._user_agent),
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
        )


class _UnknownToEachOther(Exception):
    """The server does not take our credentials (401), or its certificate is of no authority that we know."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _is_stranger(error: Exception) -> bool:
    return isinstance(error, SSLError) and any(isinstance(cause, SSLCertVerificationError) for cause in error.args)


def _error(response: urllib3.BaseHTTPResponse) -> ApiError:
    try:
        body = _body(response)
    except (HTTPError, OSError):
        body = b""
    return error_from_response(response.status, body, response.headers.get("Retry-After"))


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    end = time.monotonic() + ANSWER_SECONDS
    pieces = []
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        if time.monotonic() > end:
            raise TimeoutError(f"it had not come in whole after {ANSWER_SECONDS:.0f} s")
    return b"".join(pieces)
