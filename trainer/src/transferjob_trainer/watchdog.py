"""Ends a run in which nothing moves: the GPU is worth more than hope."""

from __future__ import annotations

import faulthandler
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from .contract.progress import Progress, Stage
from .progress_board import ProgressBoard

LIMIT_SECONDS = 540.0
"""Below the operator's default of 600, so that the trainer, which can tell where it hangs, is the first to end it."""
LIMITS: Mapping[Stage, float] = {
    "Starting": 120.0,
    # A storage that does not answer is asked for five minutes.
    "CheckingStorage": 420.0,
    "Done": 60.0,
}
"""Seconds without any movement by stage, where they differ."""
_LOOK_SECONDS = 1.0
_SECOND_LINE_SECONDS = 60.0

Stalled = Callable[[Progress, float], None]


@contextmanager
def watching(board: ProgressBoard, stalled: Stalled, limit: float | None = None) -> Iterator[None]:
    """Watches the board while the body runs, in a thread.

    Should code that holds the interpreter's lock hang, so that no thread of ours can run, the process dumps its stacks
    and ends with exit code 1 a minute later.

    Args:
        board: every change of it is a movement.
        stalled: called once, in the thread, with what the board says and the limit; ends the process.
        limit: seconds without movement, in every stage. Default: LIMITS.
    """
    over = threading.Event()
    _arm_second_line(_allowed(board.read(), limit))
    thread = threading.Thread(target=_watch, args=(board, stalled, limit, over), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()


def dump_stacks() -> None:
    """Writes the stacks of all threads to standard error."""
    sys.stdout.flush()
    if sys.__stderr__ is not None:
        faulthandler.dump_traceback(file=sys.__stderr__, all_threads=True)


def _watch(board: ProgressBoard, stalled: Stalled, limit: float | None, over: threading.Event) -> None:
    seen, moved = board.read(), monotonic()
    while not over.wait(_LOOK_SECONDS):
        now, progress = monotonic(), board.read()
        if progress is not seen:
            seen, moved = progress, now
        allowed = _allowed(progress, limit)
        _arm_second_line(allowed)
        if now - moved >= allowed:
            stalled(progress, allowed)
            return


def _allowed(progress: Progress, limit: float | None) -> float:
    return limit if limit is not None else LIMITS.get(progress.stage, LIMIT_SECONDS)


def _arm_second_line(allowed: float) -> None:
    """From now on; it is a thread of C that needs no lock."""
    if sys.__stderr__ is not None:
        faulthandler.dump_traceback_later(allowed + _SECOND_LINE_SECONDS, exit=True, file=sys.__stderr__)
