"""The command line as a process, for tests that need no cluster."""

import os
import subprocess
import sys
from pathlib import Path

CODE = "from transferjob_operator.cli.main import main; main()"
# A shell that starts the tests in the background has them ignore SIGINT, and children inherit that.
HEEDING = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {CODE}"
Result = subprocess.CompletedProcess[str]


def run_cli(*arguments: str, stdin: str = "", folder: Path | None = None, seconds: float = 120, **env: str) -> Result:
    """Runs `transferjob` to its end, in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **env},
        timeout=seconds,
        check=False,
    )
