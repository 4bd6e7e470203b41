"""Progress is pulled from a workload that is not trusted: its identity, size and time are checked."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cluster.api import poll
from transferjob_operator.runtime.progress_puller import ProgressPuller, fetch_progress

DOCUMENT = {"podUID": "pod-1", "stage": "Training", "epoch": 3, "epochs": 10, "updatedTime": 1.0}


@contextmanager
def endpoint(
    body: bytes | Callable[[], bytes], *, code: int = 200, headers: dict[str, str] | None = None, drip: float = 0.0
) -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(code)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for byte in body() if callable(body) else body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(drip)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_document_of_the_pod_is_believed() -> None:
    with endpoint(json.dumps(DOCUMENT).encode()) as (port, asked):
        progress = fetch_progress("127.0.0.1", "pod-1", port=port)
    assert progress is not None
    assert (progress.epoch, asked) == (3, ["/progress"])


@pytest.mark.parametrize(
    ("body", "code", "headers"),
    [
        (json.dumps(DOCUMENT | {"podUID": "another"}).encode(), 200, {}),
        (json.dumps(DOCUMENT | {"loss": "x" * 17000}).encode(), 200, {}),
        (b"[]", 200, {}),
        (b"\xff not json", 200, {}),
        (b"", 302, {"Location": "http://127.0.0.1:1/progress"}),
        (json.dumps(DOCUMENT).encode(), 500, {}),
    ],
)
def test_anything_else_is_unknown(body: bytes, code: int, headers: dict[str, str]) -> None:
    with endpoint(body, code=code, headers=headers) as (port, _):
        assert fetch_progress("127.0.0.1", "pod-1", port=port) is None


def test_a_peer_that_drips_is_cut_off() -> None:
    started = time.monotonic()
    with endpoint(json.dumps(DOCUMENT).encode(), drip=0.1) as (port, _):
        assert fetch_progress("127.0.0.1", "pod-1", port=port, timeout=0.5) is None
        assert time.monotonic() - started < 1.5


def test_a_pod_that_does_not_listen_is_unknown() -> None:
    assert fetch_progress("127.0.0.1", "pod-1", port=1) is None


def test_a_pod_is_asked_once_in_an_interval_and_news_are_told_once() -> None:
    news = threading.Semaphore(0)
    with endpoint(json.dumps(DOCUMENT).encode()) as (port, asked):
        puller = ProgressPuller(interval=30, port=port)
        assert puller.request("127.0.0.1", "pod-1", lambda: news.release()) == 30
        assert news.acquire(timeout=5)
        assert 0 < puller.request("127.0.0.1", "pod-1", lambda: news.release()) <= 30
        puller.close()
    assert len(asked) == 1
    latest = puller.latest("pod-1")
    assert latest is not None
    assert latest.epoch == 3


def test_standing_still_is_measured_between_answers_and_silence_adds_nothing() -> None:
    said = {"body": json.dumps(DOCUMENT).encode()}
    with endpoint(lambda: said["body"]) as (port, asked):
        puller = ProgressPuller(interval=0.05, port=port)

        def after(rounds: int) -> float:
            until = len(asked) + rounds
            poll(lambda: (puller.request("127.0.0.1", "pod-1", lambda: None), len(asked))[1], until.__le__, 5, "rounds")
            return puller.still_seconds("pod-1")

        assert puller.still_seconds("pod-1") == 0
        stood = after(8)
        assert stood >= 0.2
        said["body"] = b"silence"
        after(2)
        silent = after(6)
        assert silent - stood < 0.15
        said["body"] = json.dumps(DOCUMENT | {"epoch": 4}).encode()
        assert after(3) < stood
        puller.close()


def test_silence_is_measured_from_the_first_question_in_vain() -> None:
    said = {"body": b"silence"}
    with endpoint(lambda: said["body"]) as (port, _asked):
        puller = ProgressPuller(interval=0.05, port=port)

        def silence() -> float:
            puller.request("127.0.0.1", "pod-1", lambda: None)
            return puller.silent_seconds("pod-1")

        assert puller.silent_seconds("pod-1") == 0
        poll(silence, lambda seconds: seconds > 0.3, 5, "silence that lasts over several questions")
        said["body"] = json.dumps(DOCUMENT).encode()
        poll(silence, lambda seconds: seconds == 0, 5, "an answer")
        said["body"] = b"silence"
        assert 0 < poll(silence, lambda seconds: seconds > 0, 5, "silence anew") < 0.3
        puller.close()
