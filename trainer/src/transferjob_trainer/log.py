"""The run's log: plain lines on standard output, with the last ones kept for the termination message."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable

TAIL_LINES = 20
TAIL_CHARACTERS = 1500


class RunLog:
    """Writes lines with the seconds since the start; secrets are masked."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.mask = mask
        self._started = time.monotonic()
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    @property
    def seconds(self) -> float:
        """Seconds since the start of the run."""
        return time.monotonic() - self._started

    def say(self, text: str) -> None:
        """Writes a text, line by line."""
        for line in self.mask(text).splitlines():
            self._tail.append(line)
            sys.stdout.write(f"{self.seconds:7.1f}s  {line}\n")
        sys.stdout.flush()

    def tail(self) -> str:
        """The last lines, bounded."""
        return "\n".join(self._tail)[-TAIL_CHARACTERS:]
