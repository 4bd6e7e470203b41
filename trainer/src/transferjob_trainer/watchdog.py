"""Ends a run in which nothing moves: the GPU is worth more than hope."""

from __future__ import annotations

import faulthandler
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from .contract.progress import QUIET_SECONDS, Progress, Stage
from .progress_board import ProgressBoard

LIMIT_SECONDS = 540.0
"""Below the operator's default of 600, so that the trainer, which can tell where it hangs, is the first to end it."""
LIMITS: Mapping[Stage, float] = {
    "Starting": 120.0,
    # A storage that does not answer is asked for five minutes.
    "CheckingStorage": 420.0,
    **QUIET_SECONDS,
    "Done": 60.0,
}
"""Seconds without any movement by stage, where they differ."""
_LOOK_SECONDS = 1.0
_SECOND_LINE_SECONDS = 60.0

Stalled = Callable[[Progress, float], None]


@contextmanager
def watching(board: ProgressBoard, stalled: Stalled, limit: float | None = None) -> Iterator[None]:
    """Watches the board while the body runs, in a thread.

    When it stands still, the stacks of all threads go to standard error, and `stalled` ends the process. Should code
    that holds the interpreter's lock hang, so that no thread of ours can run, the process dumps its stacks and ends
    with exit code 1 a minute later.

    Args:
        board: every change of it is a movement.
        stalled: called once, in the thread, with what the board says and the limit; ends the process.
        limit: seconds without movement, in every stage. Default: LIMITS.
    """
    over = threading.Event()
    # Standard error as it is now: it may be held back just when the process hangs.
    errors = os.dup(2)
    watch = _Watch(board, stalled, limit, errors)
    watch.arm_second_line()
    thread = threading.Thread(target=watch.run, args=(over,), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()
        os.close(errors)


@dataclass(frozen=True, slots=True)
class _Watch:
    board: ProgressBoard
    stalled: Stalled
    limit: float | None
    errors: int

    def run(self, over: threading.Event) -> None:
        seen, moved = self.board.read(), monotonic()
        while not over.wait(_LOOK_SECONDS):
            now, progress = monotonic(), self.board.read()
            if progress is not seen:
                seen, moved = progress, now
            self.arm_second_line()
            if now - moved >= self._allowed(progress):
                faulthandler.dump_traceback(file=self.errors, all_threads=True)
                self.stalled(progress, self._allowed(progress))
                return

    def arm_second_line(self) -> None:
        """From now on; it is a thread of C that needs no lock."""
        seconds = self._allowed(self.board.read()) + _SECOND_LINE_SECONDS
        faulthandler.dump_traceback_later(seconds, exit=True, file=self.errors)

    def _allowed(self, progress: Progress) -> float:
        return self.limit if self.limit is not None else LIMITS.get(progress.stage, LIMIT_SECONDS)
