"""The entry point: runs a command and turns every end of it into an exit code and, at most, a sentence."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

_TERMINATED = 128 + signal.SIGTERM
_INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Runs the command line and exits."""
    try:
        signal.signal(signal.SIGTERM, _end)
        code = _run()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left to do is short and must not be torn
    if code == _INTERRUPTED:
        _say_interrupted()
    _flush()
    sys.exit(code)


def _run() -> int:
    from .app import app
    from .errors import CliError
    from .program import COMPLETE_VARIABLE, shown_name

    try:
        if COMPLETE_VARIABLE in os.environ:
            from typer.completion import completion_init  # type: ignore[attr-defined]  # it has no __all__

            completion_init()
        app(prog_name=shown_name(sys.argv[0]), complete_var=COMPLETE_VARIABLE)
    except CliError as error:
        from .output import note

        note(error.sentence)
        return int(error.code)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    return 0


def _say_interrupted() -> None:
    """In a line of its own, after the terminal's ^C."""
    from . import begun
    from .help_texts import HELP, INTERRUPTED
    from .output import note

    known = HELP.get(begun.command)
    with suppress(BrokenPipeError):
        note(("\n" if sys.stderr.isatty() else "") + (known.interrupted if known else INTERRUPTED))


def _flush() -> None:
    """A reader that has gone (`| head`) is no error, neither now nor when the interpreter ends."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM unwinds like Ctrl-C, so that the terminal is left as it was."""
    raise SystemExit(_TERMINATED)
