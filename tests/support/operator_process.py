"""The operator as a process of its own, as the demo and the component tests start it."""

import os
import signal
import sys
from pathlib import Path
from typing import Self

import httpx

from tests.cluster.api import poll
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess

START_SECONDS = 30.0
STOP_SECONDS = 6.0


class OperatorProcess:
    """One `python -m transferjob_operator`; it never outlives the process that started it."""

    def __init__(self, kubeconfig: Path, log: Path, *, identity: str = "operator", **settings: object) -> None:
        """Prepares; `start()` or `with` starts.

        Args:
            kubeconfig: whose rights the operator has.
            log: file that its output is appended to.
            identity: its name in the Lease.
            settings: further settings by name, as in `trainer_image="..."`, `leader_election=False`.
        """
        self.log = log
        (self._port,) = free_ports(1)
        flags = {
            "lease_namespace": "transferjob-system",
            "log_format": "console",
            "health_address": LOOPBACK,
            **settings,
            "kubeconfig": kubeconfig,
            "identity": identity,
            "health_port": self._port,
        }
        self._arguments = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, wait_ready: bool = True) -> Self:
        """Starts the process, and waits until it is ready: its caches are filled.

        Raises:
            RuntimeError: it ended instead; the message ends with its last log lines.
            TimeoutError: it was not ready in time.
        """
        command = [sys.executable, "-m", "transferjob_operator", *self._arguments]
        self._child = ChildProcess("operator", command, self.log, environment=dict(os.environ))
        if wait_ready:
            self.wait_ready()
        return self

    @property
    def child(self) -> ChildProcess:
        """The running process."""
        assert self._child is not None, "the operator is not started"
        return self._child

    @property
    def address(self) -> str:
        """host:port of its pages."""
        return f"{LOOPBACK}:{self._port}"

    def wait_ready(self, deadline: float = START_SECONDS) -> None:
        """Waits until /readyz is green, at most `deadline` seconds."""
        poll(lambda: self._alive() and self.page("/readyz")[0], lambda code: code == 200, deadline, "operator ready")

    def wait_leading(self, deadline: float = START_SECONDS) -> None:
        """Waits until this process leads, at most `deadline` seconds."""
        poll(self.metrics, lambda text: "transferjob_leader 1.0" in text, deadline, "operator leading")

    def metrics(self) -> str:
        """The text of /metrics, empty while nothing answers."""
        return self.page("/metrics")[1]

    def page(self, path: str) -> tuple[int, str]:
        """HTTP status and text of a page; 0 while nothing answers."""
        try:
            answer = httpx.get(f"http://{self.address}{path}", timeout=5, trust_env=False)
        except httpx.TransportError:
            return 0, ""
        return answer.status_code, answer.text

    def stop(self) -> int | None:
        """Ends it as the kubelet does, SIGTERM first. Returns the exit code."""
        if self._child is None:
            return None
        self._child.stop(STOP_SECONDS)
        return self._child.exit_code

    def kill(self) -> None:
        """Kills it at once, so that nothing can be tidied up."""
        self.child.signal(signal.SIGKILL)
        self.child.wait(STOP_SECONDS)

    def _alive(self) -> bool:
        if not self.child.running:
            raise RuntimeError(f"the operator ended with {self.child.exit_code}:\n{self.child.log_tail(30)}")
        return True
