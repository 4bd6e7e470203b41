"""Sends requests to the API server: where it is, who we are, TLS, timeouts, and bytes in and out.

The official client reads kubeconfig files and service accounts, rotates tokens and sets up TLS and proxies. Its models
are left aside: raw JSON costs a tenth of the time and of the memory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import orjson
import urllib3
from kubernetes import config
from kubernetes.client import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from ..errors import ConnectionSettingsError
from .errors import Unavailable, error_from_response
from .rest import Request

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0

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


def load_configuration(kubeconfig: str | None = None, context: str | None = None) -> Configuration:
    """Where the API server is and who we are, looked for as kubectl does.

    Args:
        kubeconfig: file; None means the files in KUBECONFIG, then the pod's service account, then ~/.kube/config.
        context: context of the kubeconfig; None means its current one.

    Raises:
        ConnectionSettingsError: none of them can be used.
    """
    configuration = Configuration()
    in_cluster = "KUBERNETES_SERVICE_HOST" in os.environ and not os.environ.get("KUBECONFIG")
    try:
        if kubeconfig is None and context is None and in_cluster:
            config.load_incluster_config(client_configuration=configuration)
        else:
            config.load_kube_config(config_file=kubeconfig, context=context, client_configuration=configuration)
    except (ConfigException, OSError) as error:
        raise ConnectionSettingsError(f"cannot tell how to reach the API server: {error}") from error
    return configuration


class _ResponseStream:
    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        try:
            yield from self._response.stream(64 * 1024, decode_content=True)
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
    ) -> None:
        configuration.connection_pool_maxsize = pool_size
        configuration.keep_alive = True
        self._configuration = configuration
        self._pool: urllib3.PoolManager = RESTClientObject(configuration).pool_manager
        self._host = str(configuration.host).rstrip("/")
        self._user_agent = user_agent
        self._on_response = on_response or (lambda _verb, _code, _seconds: None)

    def send(self, request: Request, *, timeout: float = READ_TIMEOUT) -> Any:
        """Sends a request and returns the decoded JSON answer.

        Args:
            request: what to send.
            timeout: longest silence of the server, seconds.

        Raises:
            ApiError: the answer was not success; `Unavailable` also when none came.
        """
        with self._opened(request, timeout) as response:
            try:
                return orjson.loads(response.data)
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
        self._pool.clear()

    @contextmanager
    def _opened(self, request: Request, timeout: float) -> Iterator[urllib3.BaseHTTPResponse]:
        started = time.monotonic()
        try:
            response = self._request(request, timeout)
        except (HTTPError, OSError) as error:
            self._on_response(request.verb, 0, time.monotonic() - started)
            raise Unavailable(0, "Unreachable", f"{request.verb} {request.path} got no answer: {error}") from error
        self._on_response(request.verb, response.status, time.monotonic() - started)
        try:
            if response.status >= 300:
                raise error_from_response(response.status, _body(response), response.headers.get("Retry-After"))
            yield response
        finally:
            response.close()  # a body that was read to its end has given its connection back to the pool before

    def _request(self, request: Request, timeout: float) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            request.method,
            self._host + request.target,
            body=request.body,
            headers=self._headers(request),
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        token = self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        if token:
            headers["Authorization"] = token
        elif self._configuration.username:
            headers["Authorization"] = self._configuration.get_basic_auth_token()
        return headers


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    try:
        return response.data
    except (HTTPError, OSError):
        return b""
