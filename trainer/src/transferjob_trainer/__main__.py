"""`python -m transferjob_trainer --run FILE`."""

from __future__ import annotations

import sys

from .signals import leave_on_sigterm


def main() -> int:
    """Runs the trainer and returns its exit code."""
    leave_on_sigterm()
    from .main import main as run_trainer

    return run_trainer()


if __name__ == "__main__":
    sys.exit(main())
