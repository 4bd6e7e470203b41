"""The last word: one termination message a process, whoever ends it."""

from __future__ import annotations

import threading
from pathlib import Path

from .contract.termination import Termination
from .log import RunLog
from .termination import write_termination


class Ending:
    """Writes the first message it is given and no other: the watchdog and the run may end at the same moment."""

    def __init__(self, path: Path | None, log: RunLog) -> None:
        self._path, self._log = path, log
        self._lock = threading.Lock()
        self._told = False

    def tell(self, message: Termination) -> None:
        """Writes the message where the kubelet reads it; that it cannot be written is said and changes nothing."""
        with self._lock:
            told, self._told = self._told, True
            if not told:
                self._write(message)

    def _write(self, message: Termination) -> None:
        try:
            write_termination(self._path, message)
        except OSError as error:
            self._log.say(f"the termination message cannot be written to {self._path}: {error.strerror}")
