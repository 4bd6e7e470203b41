"""SIGTERM: the pod is told to end. Imports nothing of ours, so that it can be heeded from the first moment on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EARLY_EXIT = 75
"""ExitCode.PREEMPTED, before the table of codes is imported."""


class Terminated(BaseException):
    """SIGTERM came. Not an Exception: nothing that explains away a failed load or download may swallow it."""


class Notice:
    """Whether the run was told to end."""

    given: float | None = None
    """When, on time.monotonic's clock."""


def leave_on_sigterm() -> None:
    """From now on SIGTERM ends the process at once: nothing has begun. As a container's first process it would
    otherwise not hear the signal at all."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(EARLY_EXIT))


def end_on_sigterm() -> None:
    """From now on the first SIGTERM raises Terminated in the main thread, at the end of the step that runs."""
    signal.signal(signal.SIGTERM, _raise)


def ignore_sigterm() -> None:
    """From now on SIGTERM is ignored: the end has begun, and the message about it must be written."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


@contextmanager
def noted_sigterm() -> Iterator[Notice]:
    """In the body SIGTERM is noted, and the body raises Terminated where it can; at its end it is raised at the latest.

    For work that must not be left between two of its steps.
    """
    notice = Notice()

    def note(_number: int, _frame: FrameType | None) -> None:
        notice.given = notice.given or time.monotonic()

    signal.signal(signal.SIGTERM, note)
    try:
        yield notice
    finally:
        (end_on_sigterm if notice.given is None else ignore_sigterm)()
    if notice.given is not None:
        raise Terminated


def _raise(_number: int, _frame: FrameType | None) -> None:
    ignore_sigterm()
    raise Terminated
