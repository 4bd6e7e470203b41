"""Events of the cluster as lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..durations import format_duration, parse_time
from .columns import aligned
from .fields import Object, integer, part, text

_TIMES = ("lastTimestamp", "eventTime", "firstTimestamp")


@dataclass(frozen=True, slots=True)
class Told:
    """One Event."""

    time: str
    """When it was last told, RFC 3339."""
    kind: str
    """Normal or Warning."""
    reason: str
    about: str
    """The object, such as Pod/flowers-x."""
    message: str
    count: int

    def document(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def told(event: Object) -> Told:
    """An Event of the core API; those of events.k8s.io are served there too."""
    about = part(event, "involvedObject")
    series = integer(event, "series", "count")
    times = [text(event, "series", "lastObservedTime"), *(text(event, name) for name in _TIMES)]
    made = text(event, "metadata", "creationTimestamp")
    return Told(
        next((time for time in times if time), made),
        text(event, "type"),
        text(event, "reason"),
        f"{text(about, 'kind')}/{text(about, 'name')}",
        " ".join(text(event, "message").split()),
        series or integer(event, "count") or 1,
    )


def event_lines(events: list[Told], now: datetime) -> list[str]:
    """Aligned, oldest first; nothing is cut."""
    rows = [(ago(event.time, now), event.kind, event.reason, event.about, _message(event)) for event in events]
    return aligned([("AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"), *rows], (False,) * 5)


def ago(time: str, now: datetime) -> str:
    """How long ago, as in `3m10s`."""
    moment = parse_time(time)
    return format_duration((now - moment).total_seconds()) if moment else "?"


def _message(event: Told) -> str:
    return event.message + (f" (x{event.count})" if event.count > 1 else "")
