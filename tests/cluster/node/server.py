"""The kubelet's endpoint: container logs for `kubectl logs`, and /healthz, for the API server alone."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.cluster.node.logview import LogQuery, LogSource, log_text

CLIENT_NAME = "kube-apiserver-kubelet-client"
_HANDSHAKE_SECONDS, _PAUSE_SECONDS = 10.0, 0.1
Find = Callable[[str, str, str, bool], LogSource]


class NoLogError(Exception):
    """There is no such log, or not yet; the message is the kubelet's."""


class KubeletServer:
    """Serves until `stop`, in threads of its own.

    Args:
        listener: the socket, listening.
        certificate: the serving certificate, PEM file.
        key: its key, PEM file.
        authority: PEM of the authority that must have signed the client's certificate.
        find: gives the log of (namespace, pod, container, previous attempt), or raises NoLogError.
    """

    def __init__(self, listener: socket.socket, certificate: Path, key: Path, authority: str, find: Find) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority)
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_cert_chain(certificate, key)
        self._server = _Server(listener, tls, find)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        """Takes no more requests and closes the socket."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, tls: ssl.SSLContext, find: Find) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self._tls, self.find = tls, find

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the request's own thread: a client that never ends its handshake holds up nobody else.
        request.settimeout(_HANDSHAKE_SECONDS)
        with self._tls.wrap_socket(request, server_side=True) as secure:
            _Handler(secure, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away or has no certificate is nobody's problem here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if _client_name(self.connection) != CLIENT_NAME:
            self._answer(HTTPStatus.FORBIDDEN, f"only {CLIENT_NAME} may read from this node")
            return
        url = urlsplit(self.path)
        match url.path.strip("/").split("/"):
            case ["healthz"]:
                self._answer(HTTPStatus.OK, "ok")
            case ["containerLogs", namespace, pod, container]:
                self._logs(namespace, pod, container, dict(parse_qsl(url.query)))
            case _:
                self._answer(HTTPStatus.NOT_FOUND, "the local node serves container logs and /healthz only")

    def do_POST(self) -> None:
        self._answer(HTTPStatus.NOT_IMPLEMENTED, "the local node has no exec, attach or port-forward")

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged."""

    def _logs(self, namespace: str, pod: str, container: str, query: dict[str, str]) -> None:
        try:
            wanted = LogQuery.of(query)
            source = self.server.find(namespace, pod, container, query.get("previous") == "true")
        except (ValueError, NoLogError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, str(error))
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in log_text(source, wanted, self._pause):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _pause(self) -> bool:
        # A client that follows a log sends nothing more, so anything to read is the end of the connection.
        readable, _, _ = select.select([self.connection], [], [], _PAUSE_SECONDS)
        return not readable

    def _answer(self, status: HTTPStatus, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def _client_name(connection: socket.socket) -> str:
    assert isinstance(connection, ssl.SSLSocket)
    subject: Any = (connection.getpeercert() or {}).get("subject", ())
    return next((value for entry in subject for key, value in entry if key == "commonName"), "")
