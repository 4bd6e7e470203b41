"""Tells a person who waits what is being done and for how long it has been."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.processes import ChildProcess

_REPORT_SECONDS = 10.0
_TERMINATE_GRACE_SECONDS = 5.0


class StepError(Exception):
    """A command failed; the message holds the end of its output."""


def say(text: str) -> None:
    """One line on standard error, at once."""
    print(text, file=sys.stderr, flush=True)


def run_step(what: str, command: Sequence[str | Path], log: Path, *, environment: dict[str, str], folder: Path) -> None:
    """Runs a long command in `folder`, output to `log`, with a line of elapsed time every ten seconds.

    Raises StepError when it exits with anything but 0. The command dies with this process.
    """
    say(what)
    start = time.monotonic()
    child = ChildProcess(what, command, log, environment=environment, folder=folder)
    try:
        while (code := child.wait(_REPORT_SECONDS)) is None:
            say(f"  {what}: {duration(time.monotonic() - start)}")
    finally:
        child.stop(_TERMINATE_GRACE_SECONDS)
    if code != 0:
        raise StepError(f"{what} failed with exit code {code}:\n{child.log_tail(30)}")
    say(f"  {what}: done in {duration(time.monotonic() - start)}")


def duration(seconds: float) -> str:
    """Seconds as people say them: `8 s`, `6 min 25 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
