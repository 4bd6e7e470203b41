"""The server on a classifier that needs no TensorFlow: dark or bright. The real model is served in test_serve.py."""

import io
import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from transferjob_trainer.data.decode import pixels
from transferjob_trainer.predict.model import Opened
from transferjob_trainer.serve import server as limits
from transferjob_trainer.serve.classifier import MAX_UPLOAD_BYTES, Classifier
from transferjob_trainer.serve.handler import Handler
from transferjob_trainer.serve.page import PAGE, POLICY
from transferjob_trainer.serve.server import Server

SECONDS = 20
HOSTILE = "<img src=x onerror=alert(1)>"


def brightness(pictures: Any) -> Any:
    shares = np.array([picture.mean() / 255 for picture in pictures])
    return np.stack([1 - shares, shares], axis=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server("127.0.0.1", 0, Handler) as listening:
        classifier = Classifier(Opened((HOSTILE, "bright"), pixels, brightness, None), "file:///model", 2)
        classifier.warm()
        thread = threading.Thread(target=listening.serve, args=(classifier,))
        thread.start()
        yield listening
        listening.end()
        thread.join(SECONDS)
        assert not thread.is_alive()


def png(side: int = 8, shade: int = 255) -> bytes:
    file = io.BytesIO()
    Image.new("L", (side, side), shade).save(file, "PNG")
    return file.getvalue()


def ask(server: Server, path: str, data: bytes | None = None, **headers: str) -> tuple[int, Any, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(server.url + path, data, named)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_a_picture_gets_its_classes_the_likeliest_first(server: Server) -> None:
    code, headers, body = ask(server, "predict", png())
    assert (code, headers["Content-Type"]) == (200, "application/json")
    answer = json.loads(body)
    assert [entry["label"] for entry in answer["top"]] == ["bright", HOSTILE]
    assert answer["top"][0]["probability"] == pytest.approx(1)
    assert len(json.loads(ask(server, "predict?top=1", png())[2])["top"]) == 1


def test_page_model_and_health(server: Server) -> None:
    code, headers, body = ask(server, "")
    assert (code, body) == (200, PAGE)
    assert headers["Content-Security-Policy"] == POLICY
    assert json.loads(ask(server, "model")[2])["labels"] == [HOSTILE, "bright"]
    assert ask(server, "healthz")[2] == b"ok\n"


def test_the_page_loads_nothing_from_elsewhere_and_writes_no_html() -> None:
    page = PAGE.decode()
    assert re.findall(r"https?://", page) == []
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", page)


@pytest.mark.parametrize(
    ("path", "data", "code", "words"),
    [
        ("predict", b"no picture", 415, "no picture that can be decoded: not a JPEG"),
        ("predict", b"", 415, "an empty file"),
        ("predict", png()[:-20], 415, "no picture that can be decoded"),
        ("predict?top=0", png(), 400, "top must be a number from 1 to 100"),
        ("predict?top=1e9", png(), 400, "top must be a number"),
        ("elsewhere", png(), 404, "curl --data-binary @photo.jpg"),
        ("elsewhere", None, 404, "the page is at /"),
    ],
)
def test_a_request_that_is_not_answered_gets_a_sentence(
    server: Server, path: str, data: bytes | None, code: int, words: str
) -> None:
    found, _, body = ask(server, path, data)
    assert found == code
    assert words in json.loads(body)["error"]


def test_forms_other_sites_and_other_names_are_refused(server: Server) -> None:
    form = ask(server, "predict", png(), Content_Type="multipart/form-data; boundary=x")
    assert (form[0], b"Forms are not read" in form[2]) == (415, True)
    assert ask(server, "predict", png(), Origin="https://elsewhere.example")[0] == 403
    assert ask(server, "", Host="elsewhere.example")[0] == 403
    assert ask(server, "predict", png(), Origin=server.url.rstrip("/"))[0] == 200


def test_more_pixels_than_memory_is_meant_for_are_not_decoded(server: Server) -> None:
    file = io.BytesIO()
    Image.new("1", (7000, 7000)).save(file, "PNG")
    code, _, body = ask(server, "predict", file.getvalue())
    assert code == 415
    assert "7000x7000 pixels are more than 40,000,000" in json.loads(body)["error"]


def address(server: Server) -> tuple[str, int]:
    return str(server.server_address[0]), server.server_address[1]


def raw(server: Server, text: bytes) -> bytes:
    with socket.create_connection(address(server), timeout=SECONDS) as client:
        client.sendall(text)
        return client.makefile("rb").read()


def test_lengths_are_believed_only_within_bounds(server: Server) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\n"
    assert b"413" in raw(server, head + b"Content-Length: %d\r\n\r\n" % (MAX_UPLOAD_BYTES + 1)).splitlines()[0]
    for length in (b"-1", b"9" * 5000, b"ten"):
        assert raw(server, head + b"Content-Length: " + length + b"\r\n\r\n").split()[1] in (b"411", b"413")
    assert b"411" in raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n").splitlines()[0]
    assert b"Unsupported method" in raw(server, b"BREW / HTTP/1.1\r\n\r\n")
    assert b"error" in raw(server, b"\x16\x03\x01\r\n\r\n")


def test_connections_beyond_the_limit_are_turned_away_and_free_ones_serve_again(server: Server) -> None:
    held = [socket.create_connection(address(server)) for _ in range(limits._MOST_CONNECTIONS)]
    for client in held:
        client.sendall(b"GET /")
    assert b"503" in raw(server, b"").splitlines()[0]
    for client in held:
        client.close()
    for _ in range(200):
        if ask(server, "healthz")[0] == 200:
            return
    raise AssertionError("no connection was freed")


def test_a_client_that_drips_is_cut(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_LONGEST_SECONDS", 0.2)
    with socket.create_connection(address(server), timeout=SECONDS) as client:
        client.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx")
        assert client.makefile("rb").read() == b""


def test_lines_of_the_log_cannot_steer_a_terminal(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    raw(server, b"GET /\x1b[2J HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert "\x1b" not in capfd.readouterr().out
