"""Container logs in the kubelet's format: `TIME STREAM TAG TEXT`, TAG `F` for a full line and `P` for a part of one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import BinaryIO

_LONGEST = 16384


class LineWriter:
    """Writes the bytes of one stream to a log, a line at a time, each with the time at which it came."""

    def __init__(self, log: BinaryIO, stream: str) -> None:
        self._log, self._stream, self._rest = log, stream.encode(), b""

    def write(self, data: bytes) -> None:
        """Takes bytes as they come; what follows the last line end waits for the next call."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._put(line, b"F")
        while len(self._rest) >= _LONGEST:
            part, self._rest = self._rest[:_LONGEST], self._rest[_LONGEST:]
            self._put(part, b"P")

    def close(self) -> None:
        """Writes a last line that had no line end."""
        if self._rest:
            self._put(self._rest, b"P")
            self._rest = b""

    def _put(self, text: bytes, tag: bytes) -> None:
        self._log.write(b" ".join((_stamp(), self._stream, tag, text)) + b"\n")


def _stamp() -> bytes:
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanoseconds:09d}Z".encode()


def text_of(line: bytes) -> tuple[bytes, bytes]:
    """Splits a line of a log into its time and the text as the container wrote it, line end included if it had one."""
    stamp, _, tag, text = line.rstrip(b"\n").split(b" ", 3)
    return stamp, text + (b"\n" if tag == b"F" else b"")


def tail_text(path: Path, max_lines: int, max_bytes: int) -> str:
    """The end of a log: at most so many lines and so many bytes; empty when there is no log.

    Args:
        path: the log file.
        max_lines: lines at most.
        max_bytes: bytes of text at most.
    """
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 4 * max_bytes - 64 * max_lines))
        lines = log.read().splitlines()[-max_lines:]
    text = b"".join(text_of(line)[1] for line in lines if line.count(b" ") >= 3)
    return text[-max_bytes:].decode(errors="replace")
