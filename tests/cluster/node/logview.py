"""What of a container's log a request asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from tests.cluster.node.clock import parse
from tests.cluster.node.crilog import text_of


@dataclass(frozen=True)
class LogSource:
    """A container's log.

    Attributes:
        path: the file.
        live: whether more may come.
    """

    path: Path
    live: Callable[[], bool]


@dataclass(frozen=True)
class LogQuery:
    """The options of `kubectl logs`; None means not asked for."""

    follow: bool = False
    timestamps: bool = False
    tail_lines: int | None = None
    limit_bytes: int | None = None
    since: datetime | None = None

    @classmethod
    def of(cls, query: dict[str, str]) -> LogQuery:
        """Reads the query of a request; raises ValueError that names what is wrong."""
        since = parse(query["sinceTime"]) if "sinceTime" in query else None
        if "sinceSeconds" in query:
            since = datetime.now(UTC) - timedelta(seconds=_natural(query, "sinceSeconds") or 0)
        return cls(
            follow=query.get("follow") == "true",
            timestamps=query.get("timestamps") == "true",
            tail_lines=_natural(query, "tailLines"),
            limit_bytes=_natural(query, "limitBytes"),
            since=since,
        )


def log_text(source: LogSource, query: LogQuery, pause: Callable[[], bool]) -> Iterator[bytes]:
    """The text that a query asks for, piece by piece.

    Args:
        source: the log.
        query: what is wanted.
        pause: waits a little for more; false when nobody listens any more.
    """
    left = query.limit_bytes
    for line in _lines(source, query, pause):
        stamp, text = text_of(line)
        piece = (stamp + b" " if query.timestamps else b"") + text
        if left is not None:
            piece, left = piece[:left], left - len(piece)
        if piece:
            yield piece
        if left is not None and left <= 0:
            return


def _lines(source: LogSource, query: LogQuery, pause: Callable[[], bool]) -> Iterator[bytes]:
    with source.path.open("rb") as log:
        backlog = [line for line in log.readlines() if _recent(line, query.since)]
        yield from backlog if query.tail_lines is None else backlog[max(0, len(backlog) - query.tail_lines) :]
        if query.follow:
            yield from _follow(log, source, pause)


def _follow(log: BinaryIO, source: LogSource, pause: Callable[[], bool]) -> Iterator[bytes]:
    listening = True
    while listening:
        # Asked before the read: what was written before the end is then surely seen.
        live = source.live()
        while line := log.readline():
            yield line
        if not live:
            return
        listening = pause()


def _recent(line: bytes, since: datetime | None) -> bool:
    return since is None or parse(line.split(b" ", 1)[0].decode()) >= since


def _natural(query: dict[str, str], name: str) -> int | None:
    if name not in query:
        return None
    if not query[name].isdecimal():
        raise ValueError(f"{name} must be a number of at least 0, not {query[name]!r}")
    return int(query[name])
