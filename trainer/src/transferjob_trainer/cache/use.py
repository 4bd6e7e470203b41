"""Marks by which a running job keeps an entry from being cleaned away. A job that dies stops renewing its mark."""

from __future__ import annotations

import os
import threading
import uuid
from contextlib import suppress
from pathlib import Path

BEAT_SECONDS = 20.0
LEASE_SECONDS = 300.0
"""A mark that was not renewed for so long is that of a dead job."""
_PREFIX = "use-"
_USED = "used"


class Use:
    """A mark in an entry's folder, renewed by a thread until it is closed."""

    def __init__(self, folder: Path, *, beat_seconds: float = BEAT_SECONDS) -> None:
        self._folder = folder
        self._mark = folder / f"{_PREFIX}{uuid.uuid4().hex}"
        self._closed = threading.Event()
        self._touch()
        self._thread = threading.Thread(target=self._beat, args=(beat_seconds,), name="cache-use", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Removes the mark and notes the time for the clean-up."""
        self._closed.set()
        self._thread.join()
        # The folder may be gone when this process was asleep for longer than a lease.
        with suppress(OSError):
            (self._folder / _USED).touch()
            self._mark.unlink(missing_ok=True)

    def _beat(self, seconds: float) -> None:
        while not self._closed.wait(seconds):
            self._touch()

    def _touch(self) -> None:
        with suppress(OSError):
            self._mark.touch()


def last_used(folder: Path) -> float:
    """The file system's time at which an entry was last in use; 0 for one that is gone."""
    times = [_modified(Path(item.path)) for item in _scan(folder) if item.name == _USED or _is_mark(item.name)]
    return max(times, default=_modified(folder))


def in_use(folder: Path, now: float, *, lease_seconds: float = LEASE_SECONDS) -> bool:
    """Whether a living job uses the entry; `now` is the time of the same file system."""
    marks = [Path(item.path) for item in _scan(folder) if _is_mark(item.name)]
    return any(now - _modified(mark) < lease_seconds for mark in marks)


def file_system_time(root: Path) -> float:
    """The time as the folder's file system stamps it: the clocks of two nodes need not agree."""
    probe = root / f".now-{uuid.uuid4().hex}"
    probe.touch()
    try:
        return probe.stat().st_mtime
    finally:
        probe.unlink(missing_ok=True)


def _is_mark(name: str) -> bool:
    return name.startswith(_PREFIX)


def _modified(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as items:
            return list(items)
    except OSError:
        return []
