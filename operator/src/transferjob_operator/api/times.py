"""Times in the status: RFC 3339 in UTC and whole seconds, as Kubernetes writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, PlainSerializer


def _whole_seconds(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


Time = Annotated[AwareDatetime, AfterValidator(_whole_seconds), PlainSerializer(_text, when_used="json")]
"""An aware time; cut to whole seconds on the way in, so that what is read back equals what was written."""
