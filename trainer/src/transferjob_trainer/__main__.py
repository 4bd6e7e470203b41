"""`python -m transferjob_trainer --run FILE`."""

from __future__ import annotations

import os
import sys

from .signals import leave_on_sigterm


def main() -> int:
    """Runs the trainer and returns its exit code."""
    leave_on_sigterm()
    from .main import main as run_trainer

    return run_trainer()


def leave(code: int) -> None:
    """Ends the process at once: an upload that hangs in a thread of a library must not keep it until it is killed."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
