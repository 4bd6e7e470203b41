"""The machine of a node: network and mount namespaces of its own, held by a process that sleeps."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.processes import ChildProcess

_FOLDERS = {"lib": "/var/lib", "log": "/var/log"}
"""Folders of the state that lie over those of this machine, so that programs of the node have their usual paths."""
_SECONDS = 20.0


class MachineError(Exception):
    """A command on the machine failed, or the machine did not start; the text has its output."""


class Machine:
    """One machine, numbered from 1; what is started on it ends with it."""

    def __init__(self, number: int, folder: Path) -> None:
        """Starts it; `folder` holds its files. Raises MachineError."""
        self.number, self.name, self.folder = number, f"node-{number}", folder
        for name in (*_FOLDERS, "logs"):
            (folder / name).mkdir(parents=True)
        ready = folder / "ready"
        script = "; ".join(["set -e", *self._mounts(), f"touch {ready}", "exec sleep infinity"])
        command = ["unshare", "--net", "--mount", "sh", "-c", script]
        self._holder = ChildProcess(self.name, command, self.log("machine"))
        end = time.monotonic() + _SECONDS
        while not ready.exists():
            if not self._holder.running or time.monotonic() >= end:
                raise MachineError(f"{self.name} did not start:\n{self._holder.log_tail()}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The process whose namespaces are the machine's."""
        return self._holder.pid

    def log(self, name: str) -> Path:
        """Log file of a program of this machine."""
        return self.folder / "logs" / f"{name}.log"

    def start(self, name: str, command: Sequence[str | Path]) -> ChildProcess:
        """Starts a program on the machine."""
        return ChildProcess(name, [*self._enter(), *command], self.log(name))

    def run(self, *command: str | Path) -> str:
        """Runs a command on the machine and gives its output. Raises MachineError when it fails."""
        done = subprocess.run([*self._enter(), *command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise MachineError(
                f"{self.name}: {' '.join(map(str, command))}: {done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stdout

    def stop(self) -> None:
        """Ends the process that holds the namespaces."""
        self._holder.stop()

    def _mounts(self) -> list[str]:
        # What the node mounts for pods must reach their namespaces, and nothing of it this machine.
        binds = [f"mount --bind {self.folder / name} {place}" for name, place in _FOLDERS.items()]
        return ["mount --make-rprivate /", *binds, "mount -t tmpfs tmpfs /run", "mount --make-rshared /"]

    def _enter(self) -> list[str]:
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--wd=/", "--"]
