"""Shows how far the filling is: on the board often, in the log now and then."""

from __future__ import annotations

from time import monotonic

from ..log import RunLog
from ..progress_board import ProgressBoard

_LOG_SECONDS = 15.0


class FillProgress:
    """Called with rows done and rows in all. The board's remaining seconds are those of the filling: no step has shown
    yet how long training will take."""

    def __init__(self, board: ProgressBoard, log: RunLog) -> None:
        self._board, self._log = board, log
        self._started = self._told = monotonic()
        self._first: int | None = None
        self._rows = 0

    def __call__(self, done: int, rows: int) -> None:
        """Shows rows done and rows in all."""
        now = monotonic()
        if self._first is None:
            self._first, self._started = done, now
        self._rows = rows - self._first
        speed = (done - self._first) / max(now - self._started, 1e-6)
        left = (rows - done) / speed if speed else None
        self._board.update(
            stage="CachingFeatures", step=done, steps=rows, images_per_second=speed, remaining_seconds=left
        )
        if now - self._told >= _LOG_SECONDS and left is not None:
            self._told = now
            self._log.say(f"feature cache: {done:,} of {rows:,} pictures, {speed:,.0f} a second, {left:,.0f} s left")

    def done(self) -> None:
        """Says what it took."""
        seconds = monotonic() - self._started
        self._board.update(step=None, steps=None, images_per_second=None, remaining_seconds=None)
        self._log.say(f"feature cache: the prefix over {self._rows:,} pictures took {seconds:.1f} s")
