"""Parts of the spec that go to Kubernetes as they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel


def plain(value: Any) -> Any:
    """JSON of a model or of nested plain values, as the API server takes it; None stays None."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def plain_items(values: Iterable[Any] | None) -> list[Any]:
    """JSON of each value; none for None."""
    return [plain(value) for value in values or ()]
