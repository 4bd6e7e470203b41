"""The lines of a watch as events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from .errors import Unavailable, error_from_status


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One event; `type` is ADDED, MODIFIED, DELETED or BOOKMARK."""

    type: str
    object: Mapping[str, Any]

    @property
    def resource_version(self) -> str:
        """The version from which a later watch goes on."""
        return str(self.object["metadata"]["resourceVersion"])


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines out of pieces that end anywhere. A last line without its end is dropped: it was cut off."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


def events(chunks: Iterable[bytes]) -> Iterator[WatchEvent]:
    """The events of a watch's body.

    Raises:
        Gone: the version that the watch started from is too old; list again.
        ApiError: the server ended the watch with another error.
        Unavailable: what came is not a watch event.
    """
    for line in lines(chunks):
        if not line.strip():
            continue
        yield _decode(line)


def _decode(line: bytes) -> WatchEvent:
    try:
        raw = orjson.loads(line)
        found = raw["object"]
        if raw["type"] == "ERROR":
            raise error_from_status(found, int(found.get("code") or 500))
        if not found["metadata"]["resourceVersion"]:
            raise KeyError("resourceVersion")
        return WatchEvent(raw["type"], found)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(0, "Broken", f"the watch sent what is no event: {error}") from error
