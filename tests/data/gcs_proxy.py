"""The proxy in front of Cloud Storage's emulator, which takes uploads in pieces as the service documents it.

The emulator ends an upload when it is asked how far it is, and appends what it is sent twice. So the proxy counts
itself: it answers that question, and it lets pieces arrive in part and answers get lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.cluster.gcsserver import GcsServer
from tests.data.proxy import Proxy

UPLOAD_FAULTS = ("part", "answer lost", "forgotten")
_MOST_FORGOTTEN = 2
_QUARTER_MIB = 1 << 18
_PIECE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass
class _Upload:
    stored: int = 0
    done: httpx.Response | None = None


class GcsProxy(Proxy):
    """A share of the pieces of uploads arrive in part, their answers are lost, or the upload is forgotten."""

    def __init__(self, server: GcsServer, share: float, seed: int) -> None:
        super().__init__(server, share, seed)
        self._uploads: dict[str, _Upload] = {}

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response | None:
        """See Proxy."""
        name = parse_qs(urlsplit(path).query).get("upload_id", [""])[0]
        if method != "PUT" or not name:
            return super().forward(method, path, headers, body)
        upload = self._uploads.setdefault(name, _Upload())
        which = _PIECE.fullmatch(headers["Content-Range"])
        if which is None:
            return upload.done or _incomplete(upload.stored)
        start, end, size = map(int, which.groups())
        if start != upload.stored:
            return httpx.Response(400, text="a piece that does not begin where the last one ended")
        fault = self._fault()
        if fault == "forgotten":
            return httpx.Response(410, text="Gone")
        if fault == "part" and len(body) > _QUARTER_MIB:
            end = start + len(body) // 2 // _QUARTER_MIB * _QUARTER_MIB - 1
            body = body[: end + 1 - start]
        part = {**headers, "Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(len(body))}
        answer = super().forward(method, path, part, body)
        assert answer is not None
        upload.stored = end + 1
        upload.done = answer if answer.status_code == 200 else None
        return None if fault == "answer lost" else answer

    def _fault(self) -> str:
        with self._lock:
            possible = [each for each in UPLOAD_FAULTS if each != "forgotten" or self.done[each] < _MOST_FORGOTTEN]
            fault = self._random.choice(possible) if self._random.random() < self._share else ""
            self.done[fault or "none"] += 1
        return fault


def _incomplete(stored: int) -> httpx.Response:
    return httpx.Response(308, headers={"Range": f"bytes=0-{stored - 1}"} if stored else {})
