"""Starts the operator: `transferjob-operator` or `python -m transferjob_operator`."""

from __future__ import annotations

import os
import sys

from .errors import OperatorError
from .settings import read_settings


def main() -> int:
    """Runs until SIGTERM or SIGINT. Returns the exit code: 0 after a clean stop, 1 when leadership or start failed."""
    try:
        settings = read_settings(sys.argv[1:], os.environ)
        from .app import run  # the client is slow to import, and --help must not wait for it

        return run(settings)
    except OperatorError as error:
        print(f"transferjob-operator: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
