"""A web server over TLS that does what it is told, also wrong."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.cluster.certificates import CertificateAuthority

TAG = '"one"'


class Web:
    """Files by path. Each request takes the next of `faults`, if there is one."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.faults: list[Callable[[Handler], bool]] = []
        self.ranges = True
        self.tag = TAG
        self.asked: list[str | None] = []
        self.port = 0

    def uri(self, path: str) -> str:
        return f"https://127.0.0.1:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.web.asked.append(wanted)
        if self.web.faults and self.web.faults.pop(0)(self):
            return
        if self.path in self.web.redirects:
            self.answer(302, b"", {"Location": self.web.redirects[self.path]})
        elif self.path not in self.web.files:
            self.answer(404, b"")
        else:
            self.content(self.web.files[self.path], wanted)

    def content(self, data: bytes, wanted: str | None) -> None:
        fits = self.headers.get("If-Range", self.web.tag) == self.web.tag
        if wanted and self.web.ranges and fits:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            place = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self.answer(206, data[start:], {"ETag": self.web.tag, "Content-Range": place})
        else:
            self.answer(200, data, {"ETag": self.web.tag})

    def answer(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None
    ) -> bool:
        """True: there is nothing left to answer."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        return True

    def cut(self, data: bytes, count: int) -> bool:
        """Promises all and sends a part."""
        self.close_connection = True
        return self.answer(200, data[:count], {"ETag": self.web.tag}, len(data))


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that leaves in the middle is what the tests are about."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Web, Path]]:
    """The server, and the file of the authority that vouches for it."""
    authority = CertificateAuthority(folder)
    pair = authority.server("web", ["127.0.0.1"])
    web = Web()
    handler = type("Bound", (Handler,), {"web": web})
    server = _Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield web, authority.path
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
