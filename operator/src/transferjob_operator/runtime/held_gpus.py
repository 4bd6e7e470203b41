"""How many GPUs the pods of jobs hold, and what they do with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ..api.resources import ResourcesSpec
from ..kube.document import JobDocument

STATES = ("training", "starting", "stalled")
_HOLDING = ("Starting", "Running")
_DEFAULT_GPUS: int = ResourcesSpec.model_fields["gpus"].default


def gpus_held(documents: Iterable[JobDocument]) -> dict[tuple[str, ...], float]:
    """GPUs by state, as the statuses tell it; what a person may have written into one counts for nothing."""
    held = Counter(dict.fromkeys(STATES, 0))
    for document in documents:
        if document.phase in _HOLDING:
            raw = document.raw
            held[_state(document.phase, raw)] += _gpus(raw)
    return {(state,): float(held[state]) for state in STATES}


def _state(phase: str, raw: Mapping[str, Any]) -> str:
    if phase == "Starting":
        return "starting"
    conditions = _dig(raw, "status", "conditions")
    stalled = isinstance(conditions, list) and any(
        isinstance(c, Mapping) and (c.get("type"), c.get("status")) == ("TrainingStalled", "True") for c in conditions
    )
    return "stalled" if stalled else "training"


def _gpus(raw: Mapping[str, Any]) -> int:
    """Of all its workers: what the spec says, else its profile, else the default."""
    asked = (
        _dig(raw, "spec", "resources", "gpus"),
        _dig(raw, "status", "profile", "defaults", "resources", "gpus"),
        _DEFAULT_GPUS,
    )
    gpus = next(value for value in asked if isinstance(value, int))
    workers = _dig(raw, "spec", "workers")
    return gpus * (workers if isinstance(workers, int) else 1)


def _dig(raw: Any, *names: str) -> Any:
    for name in names:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw
