"""What the storage servers of the tests have in common: one child process that answers HTTP on a free port."""

import time
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess, StartedInBlock
from tests.cluster.statedir import StateDir
from tests.cluster.toolchain import Command

_START_SECONDS = 20.0
_POLL_SECONDS = 0.05


class StorageServerError(Exception):
    """The server did not come up; the message ends with its last log lines."""


class StorageServer(StartedInBlock):
    """Starts and stops one server; its state lives in a temporary folder and goes with it."""

    name: str
    """The program's, of its log too."""
    health = "/"
    """Path that answers, whatever it says, once the server is up."""

    def __init__(self, address: str = LOOPBACK) -> None:
        """Prepares; `address` is where it listens."""
        self._address = address
        self._state: StateDir | None = None
        self._child: ChildProcess | None = None

    def start(self) -> None:
        """Starts the server and returns when it answers. Raises StorageServerError when it dies or does not."""
        self._state = StateDir(self.name)
        (port,) = free_ports(1)
        self.endpoint = f"http://{self._address}:{port}"
        try:
            self._child = ChildProcess(self.name, self._command(port), self.log, environment=self._environment())
            self._await()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kills the server and removes its state; may be called twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._state is not None:
            self._state.remove()
            self._state = None

    @property
    def folder(self) -> Path:
        """The folder of its state."""
        assert self._state is not None
        return self._state.path

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._child is not None
        return self._child.pid

    @abstractmethod
    def _command(self, port: int) -> Command:
        """How to start it."""

    def _environment(self) -> Mapping[str, str] | None:
        """Replaces the inherited one where it is not None."""
        return None

    def _await(self) -> None:
        assert self._child is not None
        end = time.monotonic() + _START_SECONDS
        while not _answers(self.endpoint + self.health):
            if not self._child.running or time.monotonic() >= end:
                raise StorageServerError(f"{self.name} does not answer:\n{self._child.log_tail()}")
            time.sleep(_POLL_SECONDS)


def _answers(url: str) -> bool:
    try:
        httpx.get(url, trust_env=False)
    except httpx.TransportError:
        return False
    return True
