"""Durations as people write and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from .errors import usage

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,3})?[smhd])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def parse_duration(text: str | None) -> float | None:
    """Seconds of `90s`, `10m`, `1h30m` or a bare number of seconds; None stays None.

    Raises CliError (usage) for anything else and for 0.
    """
    if text is None:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text):
        seconds = float(text)
    elif _DURATION.fullmatch(text):
        seconds = sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text))
    else:
        raise usage(f"--timeout must be a duration such as 90s, 10m or 1h30m, got {text!r}.")
    if seconds <= 0:
        raise usage(f"--timeout must be more than 0 seconds, got {text!r}.")
    return seconds


def format_duration(seconds: float) -> str:
    """At most two units, as in `45s`, `3m10s`, `2h5m`, `4d3h`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return _two(whole // 60, "m", whole % 60, "s")
    if whole < 86400:
        return _two(whole // 3600, "h", whole % 3600 // 60, "m")
    return _two(whole // 86400, "d", whole % 86400 // 3600, "h")


def parse_time(text: object) -> datetime | None:
    """A Kubernetes time stamp, or None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _two(first: int, first_unit: str, second: int, second_unit: str) -> str:
    return f"{first}{first_unit}{second}{second_unit}" if second else f"{first}{first_unit}"
