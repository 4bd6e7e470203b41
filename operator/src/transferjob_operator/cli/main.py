"""The entry point: runs a command and turns every end of it into an exit code and, at most, a sentence."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

_TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Runs the command line and exits."""
    try:
        signal.signal(signal.SIGTERM, _end)
        code = _run()
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    _flush()
    sys.exit(code)


def _run() -> int:
    from .app import app
    from .errors import CliError

    try:
        app(prog_name="transferjob")
    except CliError as error:
        from .output import note

        note(error.sentence)
        return int(error.code)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    return 0


def _flush() -> None:
    """A reader that has gone (`| head`) is no error, neither now nor when the interpreter ends."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM unwinds like Ctrl-C, so that the terminal is left as it was."""
    raise SystemExit(_TERMINATED)
