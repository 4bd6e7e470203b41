"""A file on a web server as a stream that goes on where a broken connection left it."""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import RunFailure, StorageUnavailable
from .https_request import Answer, Requester
from .patience import NoAnswer, Patience

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_FILE_BYTES = 1 << 40
"""Larger files are not begun."""
_PASSED_OVER = 1 << 20
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class WebReader(io.RawIOBase):
    """Reads one version of a file from start to end; one that is replaced meanwhile ends the run."""

    def __init__(self, requester: Requester, *, uri: str, absent: type[RunFailure], patience: Patience) -> None:
        """Raises as Requester.get does, StorageUnavailable when nobody answers in time."""
        self._requester, self._uri, self._absent, self._patience = requester, uri, absent, patience
        self._position = 0
        self._answer: Answer | None = None
        self._mark: str | None = None
        self.size = -1
        patience.retry(uri, self._connect)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the file goes."""
        view = memoryview(buffer).cast("B")
        data = self._patience.retry(self._uri, lambda: self._read(len(view)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        self._drop()
        super().close()

    def _read(self, amount: int) -> bytes:
        left = self.size - self._position
        if not left:
            return b""
        try:
            if self._answer is None:
                self._connect()
            assert self._answer is not None
            return self._take(self._answer, min(amount, left))
        except BaseException:
            self._drop()
            raise

    def _take(self, answer: Answer, amount: int) -> bytes:
        data = _asked(lambda: answer.body.read(amount))
        if not data:
            raise NoAnswer("the file ended early")
        return data

    def _connect(self) -> None:
        if self.size < 0:
            self._begin(self._requester.get({}))
            return
        headers = {"Range": f"bytes={self._position}-"}
        if self._mark is not None:
            headers["If-Range"] = self._mark
        answer = self._requester.get(headers)
        try:
            self._go_on(answer)
        except BaseException:
            answer.close()
            raise
        self._answer = answer

    def _begin(self, answer: Answer) -> None:
        size = answer.headers.get("Content-Length", "")
        if not (size.isascii() and size.isdigit()) or answer.headers.get("Content-Encoding", "identity") != "identity":
            answer.close()
            raise StorageUnavailable(f"{self._uri}: the server does not say how large the file is (Content-Length).")
        if int(size) > MAX_FILE_BYTES:
            answer.close()
            raise self._absent(f"{self._uri} has {int(size):,} bytes; at most {MAX_FILE_BYTES:,} are read.")
        self.size, self._mark, self._answer = int(size), _mark(answer), answer

    def _go_on(self, answer: Answer) -> None:
        if answer.status == 206:
            begins = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if begins is None or int(begins[1]) != self._position:
                raise NoAnswer("another part of the file came than was asked for")
            if begins[2] not in ("*", str(self.size)):
                raise self._changed()
        elif answer.headers.get("Content-Length") != str(self.size):
            raise self._changed()
        if _mark(answer) != self._mark:
            raise self._changed()
        if answer.status == 200:
            self._pass_over(answer)

    def _pass_over(self, answer: Answer) -> None:
        """A server without ranges sends what was read before once more."""
        left = self._position
        while left:
            left -= len(self._take(answer, min(left, _PASSED_OVER)))

    def _changed(self) -> RunFailure:
        return self._absent(f"{self._uri} changed while it was read; start again when it rests.")

    def _drop(self) -> None:
        answer = getattr(self, "_answer", None)
        if answer is not None:
            self._answer = None
            answer.close()


def _mark(answer: Answer) -> str | None:
    """What tells versions apart: a strong ETag, else the time of the last change."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified")


def _asked(action: Callable[[], bytes]) -> bytes:
    try:
        return action()
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
