"""Counts lines of the audit log as they are written, at a cost that does not grow with the log.

Parsing the whole log at each look would take one of the two cores from what is measured.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path


class Tail:
    """How many writes of one sort there are since a mark of the audit log."""

    def __init__(self, log: Path, since: int, wanted: Sequence[str], unwanted: Sequence[str] = ()) -> None:
        """Prepares; `wanted` must all be in a line, `unwanted` in none of those that count."""
        self._log, self._position, self._rest = log, since, b""
        self._wanted, self._unwanted = [text.encode() for text in wanted], [text.encode() for text in unwanted]
        self._seen, self._changed = 0, time.monotonic()

    def read(self) -> int:
        """Reads what was added and returns the number so far."""
        with self._log.open("rb") as file:
            file.seek(self._position)
            added = file.read()
        self._position += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        found = sum(map(self._counts, lines))
        if found:
            self._seen, self._changed = self._seen + found, time.monotonic()
        return self._seen

    def quiet_seconds(self) -> float:
        """Seconds since the last look that found something, this one included."""
        self.read()
        return time.monotonic() - self._changed

    def _counts(self, line: bytes) -> bool:
        return all(text in line for text in self._wanted) and not any(text in line for text in self._unwanted)
