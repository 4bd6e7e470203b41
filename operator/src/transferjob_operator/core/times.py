"""Kubernetes' times as aware datetimes and back, in UTC and whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_time(text: object) -> datetime | None:
    """An RFC 3339 time as an aware datetime in UTC; None for what is absent or is not one."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else None


def from_unix(seconds: float) -> datetime | None:
    """A Unix time that somebody else names; None where it is none."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC, whole seconds: 2026-11-24T11:28:13Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_held(interval: float, last: datetime | None, now: datetime) -> float:
    """Seconds for which what may happen once in `interval` must wait; 0 where it may happen now.

    A last time that lies ahead, of a clock that was set back, holds nothing.
    """
    if last is None or last > now:
        return 0.0
    return max(0.0, interval - seconds_between(last, now))


def seconds_between(start: datetime, end: datetime) -> float:
    """Seconds from start to end; 0 when the clock went backwards."""
    return max(0.0, (end - start).total_seconds())
