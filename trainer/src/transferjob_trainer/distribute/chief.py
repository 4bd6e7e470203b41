"""Which worker is the chief, for those who need nothing else of a group."""

from __future__ import annotations

from ..settings import RunSettings


def is_chief(settings: RunSettings) -> bool:
    """Whether this process writes checkpoints and the result: worker 0 of several, or the only one."""
    return settings.workers in (None, "", "1") or settings.worker_index in (None, "", "0")
