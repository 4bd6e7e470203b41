"""SIGTERM: the pod is told to end. Imports nothing, so that it can be heeded from the first moment on."""

from __future__ import annotations

import os
import signal
from types import FrameType

EARLY_EXIT = 75
"""ExitCode.PREEMPTED, before the table of codes is imported."""


class Terminated(BaseException):
    """SIGTERM came. Not an Exception: nothing that explains away a failed load or download may swallow it."""


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


def _raise(_number: int, _frame: FrameType | None) -> None:
    ignore_sigterm()
    raise Terminated
