"""Why a storage refuses credentials is said as far as it tells."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.component.trainer_s3.conftest import Opener
from transferjob_trainer.errors import StorageDenied


class _Refusing(BaseHTTPRequestHandler):
    """Answers as Amazon S3 does to keys that it does not take."""

    answer: ClassVar[tuple[int, str]] = (400, "ExpiredToken")

    def do_GET(self) -> None:
        status, code = self.answer
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def refusing() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("place", ["s3"], indirect=True)
@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (400, "ExpiredToken", "the credentials have expired"),
        (400, "TokenRefreshRequired", "the credentials have expired"),
        (403, "InvalidAccessKeyId", "it does not know the access key"),
        (403, "SignatureDoesNotMatch", "the secret key does not belong to the access key"),
        (403, "RequestTimeTooSkewed", "this machine's clock and the storage's are too far apart"),
        (403, "AccessDenied", "these keys have no right to it"),
    ],
)
def test_at_once_with_the_reason(
    opened: Opener,
    refusing: ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    why: str,
) -> None:
    monkeypatch.setattr(_Refusing, "answer", (status, code))
    storage = opened("x", endpoint=f"http://127.0.0.1:{refusing.server_port}", patience_seconds=300)
    for ask in (lambda: storage.exists("object"), lambda: storage.read("object")):
        with pytest.raises(StorageDenied) as told:
            ask()
        assert told.value.message.endswith(f"the storage refused the request ({status} {code}): {why}.")
