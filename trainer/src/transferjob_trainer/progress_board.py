"""The progress document of the running process: the loop writes, the endpoint reads."""

from __future__ import annotations

import threading
import time
from typing import Any

from .contract.progress import Progress

_MOVED_SECONDS = 1.0


class ProgressBoard:
    """Holds one Progress; every change moves its time."""

    def __init__(self, pod_uid: str) -> None:
        self._lock = threading.Lock()
        self._progress = Progress(pod_uid=pod_uid, stage="Starting", updated_time=time.time())

    def update(self, **changes: Any) -> None:
        """Changes fields by their Python names."""
        with self._lock:
            fields = {**self._progress.model_dump(), **changes, "updated_time": time.time()}
            self._progress = Progress.model_validate(fields)

    def moved(self) -> None:
        """Something moved that no field tells; at most once a second this moves the time."""
        if time.time() - self._progress.updated_time >= _MOVED_SECONDS:
            self.update()

    def read(self) -> Progress:
        """The document as it stands."""
        with self._lock:
            return self._progress
