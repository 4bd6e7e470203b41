"""Kubeflow Trainer's controllers as a program: built from Go modules once, started as a process of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.cluster.api import poll
from tests.cluster.golang import go_for
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess
from tests.cluster.toolchain import Program, binary

PEER = Program(
    name="peer",
    module="../../../bench/operator/peer",  # from the folder of the test cluster's modules
    package=".",
    cold_build="4 minutes on 2 cores",
)
_START_SECONDS = 60.0


@contextmanager
def peer_process(kubeconfig: Path, log: Path, arguments: list[str]) -> Iterator[ChildProcess]:
    """The running controllers, from the time on at which they answer."""
    (port,) = free_ports(1)
    address = f"{LOOPBACK}:{port}"
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    process = ChildProcess("peer", [binary(PEER), f"--health={address}", *arguments], log, environment=environment)
    try:
        poll(lambda: _answers(process, address), bool, _START_SECONDS, "the peer answers")
        yield process
    finally:
        process.stop(5.0)


def module_folder(module: str) -> Path:
    """Where the sources of one of the peer's Go modules lie; fetched where they are missing."""
    command: list[str | Path] = [go_for(PEER.folder).executable(), "list", "-mod=mod", "-m", "-f", "{{.Dir}}", module]
    answer = subprocess.run(
        command,
        env={**os.environ, "GOTOOLCHAIN": "local"},
        cwd=PEER.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(answer.stdout.strip())


def _answers(process: ChildProcess, address: str) -> bool:
    if not process.running:
        raise RuntimeError(f"the peer ended with {process.exit_code}:\n{process.log_tail(30)}")
    try:
        return httpx.get(f"http://{address}/healthz", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
