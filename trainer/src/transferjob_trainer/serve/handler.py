"""The requests that are answered, and the sentence for each that is not."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..data.decode import BrokenImage
from .classifier import MAX_UPLOAD_BYTES
from .page import PAGE, POLICY
from .server import Server

_JSON, _HTML, _TEXT = "application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8"
_PIECE = 1 << 16
_MOST_TOP = 100
_USE = "Send a picture's file as the body: curl --data-binary @photo.jpg URL/predict"


class _Refusal(Exception):
    """A request that is not answered."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class Handler(BaseHTTPRequestHandler):
    """GET / (the page), /model and /healthz; POST /predict."""

    server: Server
    timeout = 10
    server_version, sys_version = "transferjob", ""
    _told = ""

    def do_GET(self) -> None:
        """The page, the model's names, or whether the server is there."""
        self._answered(self._get)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def do_POST(self) -> None:
        """The classes of a picture."""
        self._answered(self._post)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Every error is a sentence in JSON."""
        sentence = explain or message or "This request cannot be answered."
        self._send(code, _JSON, _encoded({"error": sentence if sentence.endswith(".") else f"{sentence}."}))

    def log_message(self, *_: object) -> None:
        """Lines are said by `log_request` alone."""

    def log_request(self, code: int | str = "-", _size: int | str = "-") -> None:
        """A line an answer, without anything that could steer a terminal."""
        said = "".join(c for c in f"{self.command} {getattr(self, 'path', '')}"[:60] if c.isprintable())
        now = time.strftime("%H:%M:%S")
        print(f"{now} {said} {int(code)}{self._told}", flush=True)

    def _answered(self, find: Any) -> None:
        try:
            self._check_origin()
            self._send(200, *find(urlsplit(self.path)))
        except _Refusal as refusal:
            self.send_error(refusal.code, refusal.sentence)
        except BrokenImage as error:
            self.send_error(415, f"This is no picture that can be decoded: {error}")
        except OSError:
            raise  # the client is gone, or too slow
        except Exception as error:
            sys.stderr.write(f"A request failed: {type(error).__name__}: {error}\n")
            self.send_error(500, "The model failed on this picture.")

    def _get(self, url: Any) -> tuple[str, bytes]:
        if url.path == "/":
            return _HTML, PAGE
        if url.path == "/model":
            return _JSON, _encoded(self.server.classifier.about())
        if url.path == "/healthz":
            return _TEXT, b"ok\n"
        raise _Refusal(404, "There is nothing here; the page is at /, answers at POST /predict.")

    def _post(self, url: Any) -> tuple[str, bytes]:
        if url.path != "/predict":
            raise _Refusal(404, f"There is nothing here. {_USE}")
        top = self._top(url.query)
        if self.headers.get_content_maintype() in ("multipart", "message"):
            raise _Refusal(415, f"Forms are not read. {_USE}")
        answer = self.server.classifier.answer(self._body(), top)
        best = answer["top"][0]
        self._told = f" {best['label'][:40]!a} {best['probability']:.1%} {answer['milliseconds']:.0f} ms"
        return _JSON, _encoded(answer)

    def _top(self, query: str) -> int:
        given = parse_qs(query).get("top", [str(self.server.classifier.top)])[0]
        if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:4]) <= _MOST_TOP:
            raise _Refusal(400, f"top must be a number from 1 to {_MOST_TOP}.")
        return int(given)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise _Refusal(411, "Content-Length is missing.")
        if len(length) > 12 or int(length) > MAX_UPLOAD_BYTES:
            raise _Refusal(413, f"The picture is larger than {MAX_UPLOAD_BYTES >> 20} MiB.")
        body = bytearray()
        while len(body) < int(length):
            piece = self.rfile.read1(min(_PIECE, int(length) - len(body)))
            if not piece:
                raise _Refusal(400, "The picture ended before its Content-Length.")
            body += piece
        return bytes(body)

    def _check_origin(self) -> None:
        """On loopback no page of another site may ask, neither by its own name for this address nor across origins."""
        host = self.headers.get("Host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self.server.loopback and name not in ("localhost", "127.0.0.1", "::1", self.server.server_address[0]):
            raise _Refusal(403, "This server answers to the name localhost alone.")
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != host:
            raise _Refusal(403, "Pages of other origins are not answered.")

    def _send(self, code: int, content_type: str, body: bytes) -> None:
        self.send_response(code)
        for name, value in (
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode() + b"\n"
