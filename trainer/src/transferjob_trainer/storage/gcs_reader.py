"""An object in Cloud Storage as a stream that goes on where a broken connection left it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from google.api_core.exceptions import from_http_response

from ..errors import StorageUnavailable
from .gcs_client import TIMEOUT
from .gcs_errors import Interpreter
from .patience import Patience

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from google.auth.transport.requests import AuthorizedSession
    from requests import Response


def media_url(endpoint: str, bucket: str, key: str) -> str:
    """Where an object's content is."""
    return f"{endpoint}/download/storage/v1/b/{quote(bucket, safe='')}/o/{quote(key, safe='')}"


class ObjectReader(io.RawIOBase):
    """Reads one generation of an object from start to end; the rest of one that is replaced meanwhile is refused."""

    def __init__(
        self, session: AuthorizedSession, url: str, *, uri: str, patience: Patience, asking: Interpreter
    ) -> None:
        self._session, self._url = session, url
        self._uri, self._patience, self._asking = uri, patience, asking
        self._position = 0
        self._generation: str | None = None
        self._size: int | None = None
        self._answer: Response | None = None
        self._patience.retry(uri, self._connect)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the object goes."""
        view = memoryview(buffer).cast("B")
        data = self._patience.retry(self._uri, self._reading(len(view)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        self._drop()
        super().close()

    def _reading(self, amount: int) -> Callable[[], bytes]:
        def read() -> bytes:
            if self._position == self._size:
                return b""
            try:
                with self._asking.asking(self._uri):
                    if self._answer is None:
                        self._connect()
                    assert self._answer is not None
                    data: bytes = self._answer.raw.read(amount, decode_content=False)
                    if not data:
                        raise ConnectionError("the object ended early")
                    return data
            except BaseException:
                self._drop()
                raise

        return read

    def _connect(self) -> None:
        with self._asking.asking(self._uri):
            answer = self._request()
            try:
                self._check(answer)
            except BaseException:
                answer.close()
                raise
        self._answer = answer

    def _request(self) -> Response:
        # As they are stored: otherwise what was uploaded with gzip would be unpacked, and ranges would count its bytes.
        headers = {"Accept-Encoding": "gzip"}
        wanted = {"alt": "media"}
        if self._position:
            headers["Range"] = f"bytes={self._position}-"
        if self._generation is not None:
            wanted["ifGenerationMatch"] = self._generation
        return self._session.get(self._url, params=wanted, headers=headers, stream=True, timeout=TIMEOUT)

    def _check(self, answer: Response) -> None:
        if answer.status_code not in (200, 206):
            raise from_http_response(answer)
        begin = answer.headers.get("Content-Range", "")
        # A gateway on the way may forget the range: its bytes would be taken for others.
        if self._position and not (answer.status_code == 206 and begin.startswith(f"bytes {self._position}-")):
            raise ConnectionError("the server sent another part of the object than was asked for")
        generation = answer.headers.get("X-Goog-Generation")
        # A server that does not know the condition sends what there is now.
        if self._generation is not None and generation not in (None, self._generation):
            raise StorageUnavailable(f"{self._uri}: it was replaced while it was read.")
        if self._size is None:
            self._generation, self._size = generation, _size(answer)

    def _drop(self) -> None:
        answer = getattr(self, "_answer", None)
        if answer is not None:
            self._answer = None
            answer.close()


def _size(answer: Response) -> int:
    text = answer.headers.get("Content-Length", "")
    if not (text.isascii() and text.isdigit()):
        raise ConnectionError("the server does not say how large the object is")
    return int(text)
