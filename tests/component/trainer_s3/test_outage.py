"""A server that breaks off in mid-object, answers 503, and comes back."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.component.trainer_s3.conftest import Opener
from transferjob_trainer.errors import StorageUnavailable

CONTENT = bytes(range(256)) * 4096
PIECE = 300_000


class _Flaky(BaseHTTPRequestHandler):
    """Serves one object: every other request is answered 503, and no answer carries more than a piece of it."""

    ranges: ClassVar[list[str | None]] = []
    changes = False
    forgets = False

    def do_GET(self) -> None:
        self.ranges.append(self.headers.get("Range"))
        if len(self.ranges) % 2:
            self.send_error(503)
            return
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if self.changes and (self.headers.get("If-Match") or "ifGenerationMatch=7" in self.path):
            self.send_error(412)
            return
        if self.forgets and start and len(self.ranges) % 4:
            start = 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("ETag", '"1"')
        self.send_header("X-Goog-Generation", "7")
        self.end_headers()
        self.wfile.write(CONTENT[start : start + PIECE])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def flaky() -> Iterator[ThreadingHTTPServer]:
    _Flaky.ranges.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Flaky) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_reading_goes_on_where_it_broke_off(opened: Opener, flaky: ThreadingHTTPServer) -> None:
    storage = opened("x", endpoint=f"http://127.0.0.1:{flaky.server_port}", patience_seconds=30)
    assert storage.read("object") == CONTENT
    assert _Flaky.ranges[:2] == [None, None]
    assert len({text for text in _Flaky.ranges if text}) == len(CONTENT) // PIECE


def test_a_gateway_that_forgets_the_range_is_asked_again(
    opened: Opener, flaky: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Flaky, "forgets", True)
    storage = opened("x", endpoint=f"http://127.0.0.1:{flaky.server_port}", patience_seconds=60)
    assert storage.read("object") == CONTENT


def test_an_object_that_is_replaced_meanwhile_is_not_mixed(
    opened: Opener, flaky: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Flaky, "changes", True)
    storage = opened("x", endpoint=f"http://127.0.0.1:{flaky.server_port}", patience_seconds=30)
    with pytest.raises(StorageUnavailable, match="412"):
        storage.read("object")
