"""The part of Google's services that the emulator leaves out: tokens for keys and pods, and refusals without them."""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server", "content-length"}
_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
_AUDIENCE = "https://oauth2.googleapis.com/token"
"""Whom keys are shown to, wherever the token server is."""
_PIECE = 1 << 18
_EMAIL = "trainer@flowers.iam.gserviceaccount.com"


class Google(ThreadingHTTPServer):
    """In front of an emulator: knows one service account and one pod, and refuses everybody else."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client = httpx.Client(base_url=endpoint, trust_env=False, timeout=30)
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.token = secrets.token_hex(16)
        self.public_buckets: set[str] = set()
        self.forbidden = False
        """Whether the account has no rights."""
        self.before_upload: Callable[[], None] = lambda: None
        """Called before an upload is passed on."""
        self.cuts = 0
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def cut(self) -> None:
        """Breaks off the answers that are on their way."""
        self.cuts += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who has read enough breaks off."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def key(self) -> str:
        """The service account's key file."""
        return _key_file(self._private, f"{self.url}/token")

    def strangers_key(self) -> str:
        """A key file of the same account with a key that is not its own (any more)."""
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return _key_file(stranger, f"{self.url}/token")

    def accepts(self, assertion: str) -> bool:
        """Whether a signed request for a token is the account's."""
        public = self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        try:
            claims = jwt.decode(assertion, certs=public, audience=_AUDIENCE)
        except ValueError:
            return False
        return (claims["iss"], claims["scope"]) == (_EMAIL, _SCOPE)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Google

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/token":
            self._token(body)
        elif self.headers.get("Metadata-Flavor") == "Google":
            self._metadata()
        elif refusal := self._refusal():
            self._say(refusal[0], _error(*refusal))
        else:
            self._pass(body)

    def _token(self, body: bytes) -> None:
        self.server.asked["token"] += 1
        if self.server.accepts(parse_qs(body.decode())["assertion"][0]):
            self._say(200, {"access_token": self.server.token, "expires_in": 3600, "token_type": "Bearer"})
        else:
            self._say(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})

    def _metadata(self) -> None:
        """Workload identity: what the metadata server tells a pod."""
        self.server.asked["metadata"] += 1
        if "/token" in self.path:
            self._say(200, {"access_token": self.server.token, "expires_in": 3600, "token_type": "Bearer"})
        elif "universe" in self.path:
            self._say(200, "googleapis.com")
        elif "/service-accounts/" in self.path:
            self._say(200, {"email": _EMAIL, "scopes": [_SCOPE], "aliases": ["default"]})
        else:
            self._say(200, "flowers")

    def _refusal(self) -> tuple[int, str] | None:
        given = self.headers.get("Authorization")
        if self.server.forbidden:
            return 403, f"{_EMAIL} does not have storage.objects.list access to the Google Cloud Storage bucket."
        if given is None and not any(f"/b/{name}/" in self.path for name in self.server.public_buckets):
            return 401, "Anonymous caller does not have storage.objects.list access to the Google Cloud Storage bucket."
        if given not in (None, f"Bearer {self.server.token}"):
            return 401, "Invalid Credentials"
        return None

    def _pass(self, body: bytes) -> None:
        if self.path.startswith("/upload/"):
            self.server.before_upload()
        answer = self.server.client.request(self.command, self.path, headers=dict(self.headers), content=body)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        before = self.server.cuts
        for start in range(0, len(answer.content), _PIECE):
            if self.server.cuts != before:
                self.close_connection = True
                return
            self.wfile.write(answer.content[start : start + _PIECE])

    def _say(self, status: int, document: Any) -> None:
        content = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(document, str) else "application/json")
        self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def google(endpoint: str) -> Iterator[Google]:
    """A running front of the emulator at an endpoint."""
    with Google(endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.client.close()


def _key_file(private: rsa.RSAPrivateKey, token_uri: str) -> str:
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "flowers",
            "private_key_id": secrets.token_hex(20),
            "private_key": pem.decode(),
            "client_email": _EMAIL,
            "client_id": str(int(time.time())),
            "token_uri": token_uri,
        }
    )


def _error(status: int, message: str) -> dict[str, Any]:
    reason = {"message": message, "domain": "global", "reason": "authError" if status == 401 else "forbidden"}
    return {"error": {"code": status, "message": message, "errors": [reason]}}
