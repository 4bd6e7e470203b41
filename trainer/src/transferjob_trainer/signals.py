"""SIGTERM: the pod is told to end."""

from __future__ import annotations

import signal
from types import FrameType

from .errors import Preempted


def end_on_sigterm() -> None:
    """From now on SIGTERM raises Preempted in the main thread, at the end of the step that runs."""
    signal.signal(signal.SIGTERM, _raise)


def ignore_sigterm() -> None:
    """From now on SIGTERM is ignored: the end has begun, and the message about it must be written."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise Preempted("told to end by SIGTERM before the run was done; the next attempt starts from the beginning")
