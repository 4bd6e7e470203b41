"""Uploads to Cloud Storage in pieces, which go on where a broken connection left them."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import google_crc32c
from google.api_core.exceptions import PreconditionFailed, from_http_response

from ..errors import StorageUnavailable
from .gcs_client import TIMEOUT
from .gcs_errors import Interpreter
from .patience import NoAnswer, Patience

if TYPE_CHECKING:
    from google.auth.transport.requests import AuthorizedSession
    from requests import Response

CONTENT_TYPE = "application/octet-stream"
PIECE = 8 << 20
"""Bytes in memory at a time; the protocol wants a multiple of 256 KiB."""
_READ = 1 << 20
_MOST_SESSIONS = 5
_STORED = re.compile(r"bytes=0-(\d+)")


class Upload:
    """One file on its way. The object appears when the last piece is there, unless another one came first."""

    def __init__(
        self,
        session: AuthorizedSession,
        blob: Any,
        source: Path,
        *,
        uri: str,
        patience: Patience,
        asking: Interpreter,
    ) -> None:
        self._session, self._blob, self._source = session, blob, source
        self._uri, self._patience, self._asking = uri, patience, asking
        self._size = source.stat().st_size
        self._address: str | None = None
        self._sessions = 0
        self._kept = False
        self._stored: int | None = 0
        """Bytes that the server has; None: it must be asked."""

    def run(self) -> bool:
        """Send the file. False: there was an object already, which is kept."""
        # The server compares it before the object appears.
        self._blob.crc32c = checksum(self._source)
        with self._source.open("rb") as content:
            while not self._patience.retry(self._uri, lambda: self._step(content)):
                pass
        return not self._kept

    def _step(self, content: BinaryIO) -> bool:
        """Whether all is done."""
        with self._asking.asking(self._uri):
            try:
                return self._moved(content)
            except PreconditionFailed:
                self._kept = True
                return True

    def _moved(self, content: BinaryIO) -> bool:
        if self._address is None:
            self._begin()
        return self._understood(self._ask_how_far() if self._stored is None else self._send(content, self._stored))

    def _begin(self) -> None:
        if self._sessions == _MOST_SESSIONS:
            raise StorageUnavailable(f"{self._uri}: the storage forgot the upload {self._sessions} times.")
        self._address = self._blob.create_resumable_upload_session(
            content_type=CONTENT_TYPE,
            size=self._size,
            if_generation_match=0,
            checksum=None,
            timeout=TIMEOUT,
            retry=None,
        )
        self._sessions += 1
        self._stored = 0

    def _ask_how_far(self) -> Response:
        return self._put(b"", f"bytes */{self._size}")

    def _send(self, content: BinaryIO, start: int) -> Response:
        content.seek(start)
        piece = content.read(PIECE)
        self._stored = None
        return self._put(piece, f"bytes {start}-{start + len(piece) - 1}/{self._size}")

    def _put(self, piece: bytes, which: str) -> Response:
        headers = {"Content-Range": which, "Content-Type": CONTENT_TYPE}
        return self._session.put(self._address, data=piece, headers=headers, timeout=TIMEOUT, allow_redirects=False)

    def _understood(self, answer: Response) -> bool:
        """Whether all is done; when the server forgot the upload, it begins again."""
        if answer.status_code in (200, 201):
            return True
        if answer.status_code == 308:
            found = _STORED.fullmatch(answer.headers.get("Range", ""))
            self._stored = int(found.group(1)) + 1 if found else 0
            return False
        if answer.status_code in (404, 410):
            self._address = None
            raise NoAnswer("the storage forgot the upload")
        raise from_http_response(answer)


def checksum(source: Path) -> str:
    """The CRC32C of a file as Cloud Storage writes it."""
    sum_ = google_crc32c.Checksum()
    with source.open("rb") as content:
        while piece := content.read(_READ):
            sum_.update(piece)
    return base64.b64encode(sum_.digest()).decode()
