"""Namespaces of one's own, in which a cluster lives and with which it ends.

`python -m tests.nodes.sandbox COMMAND...` runs a command with network, mount and process namespaces that nobody else is
in: what it starts, mounts and configures is gone when it ends, however it ends. Only control groups and files outlive
namespaces, so these lie under one name and are removed here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.cluster import launch
from tests.cluster.progress import say
from tests.cluster.statedir import StateDir
from tests.nodes import cgroups
from tests.nodes.needs import NeedError, check

FOLDER_VARIABLE = "TRANSFERJOB_NODES"
"""Inside the sandbox: the folder of its files, whose name its control groups have too."""
KIND = "nodes"
PREFIX = f"transferjob-{KIND}-"
"""How the names of such folders and control groups begin."""
_INIT = Path(__file__).with_name("init.py")
_NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc")
_GRACE_SECONDS = 60.0


def folder() -> Path | None:
    """The sandbox's folder; None outside of one."""
    found = os.environ.get(FOLDER_VARIABLE)
    return Path(found) if found else None


def run(command: Sequence[str]) -> int:
    """Runs a command in new namespaces and cleans up after it; its exit code. Raises NeedError."""
    check()
    state = StateDir(KIND)
    try:
        return _run(command, state.path)
    finally:
        cgroups.remove(state.path.name)
        state.remove()


def _run(command: Sequence[str], state: Path) -> int:
    # Temporary files too go where they are removed.
    environment = {**os.environ, FOLDER_VARIABLE: str(state), "TMPDIR": str(state)}
    # The launcher lets the kernel kill it, and with it all inside, when this process is killed.
    launcher = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    inside = [sys.executable, "-I", "-S", str(_INIT), *command]
    process = subprocess.Popen([*launcher, "unshare", *_NAMESPACES, *inside], env=environment)
    signal.signal(signal.SIGTERM, lambda *_: _tell(process.pid))
    _write_entrance(state / "enter", process.pid)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return _ended(process)
    finally:
        process.kill()
        process.wait()


def _tell(parent: int) -> None:
    """Asks process 1 to end; a terminal's Ctrl-C reaches all by itself."""
    for first in psutil.Process(parent).children():
        first.send_signal(signal.SIGTERM)


def _write_entrance(file: Path, parent: int) -> None:
    """A script that runs a command inside, for somebody who looks from outside."""
    first = f'"$(pgrep -P {parent} | head -1)"'
    file.write_text(f'#!/bin/sh\nexec nsenter --target={first} --net --mount --pid -- "$@"\n')
    file.chmod(0o755)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """After Ctrl-C: the command takes its own things down, then all that is left is killed."""
    say("stopping; everything is taken down")
    try:
        return process.wait(_GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        return 128 + signal.SIGINT


def main() -> int:
    """Runs the command of the arguments inside."""
    try:
        return run(sys.argv[1:])
    except NeedError as error:
        say(f"error: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
