"""One run of one container: from its plan to its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.cluster.node.memory import private_bytes
from tests.cluster.node.mounts import Mount

Json = dict[str, Any]
REPOSITORY = Path(__file__).resolve().parents[3]
START_ERROR_CODE = 128
_MEMORY_SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Plan:
    """What the sandbox needs to run a container; see sandbox.py."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    hostname: str
    mounts: list[Mount]
    hidden: list[str]
    read_only_root: bool
    scratch: str
    log: str

    def encode(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True)
class End:
    """How a container ended.

    Attributes:
        code: exit code; 128 and more for a signal, or 128 when the command could not be started.
        signal_number: the signal that ended it, or 0.
        start_error: why it could not be started, or empty.
        out_of_memory: killed for its memory limit.
        finished_at: when, as the API writes it.
    """

    code: int
    signal_number: int
    start_error: str
    out_of_memory: bool
    finished_at: str


class ContainerRun:
    """A container that runs, or has run."""

    def __init__(self, process: asyncio.subprocess.Process, first: Json, memory_bytes: int) -> None:
        self._process = process
        self._out_of_memory = False
        self.started_at = _time(first)
        self.failed_to_start = first["event"] != "started"
        self._end = asyncio.create_task(self._watch(first, memory_bytes))

    @classmethod
    async def start(cls, plan: Plan, memory_bytes: int = 0) -> ContainerRun:
        """Starts a container; one whose command does not exist has ended at once.

        Args:
            plan: what to run.
            memory_bytes: private memory of all its processes at most, in bytes; 0 for no limit.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.cluster.node.sandbox",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=REPOSITORY,
            env={},
            # A signal meant for the node's process group is the node's to handle, container by container.
            start_new_session=True,
        )
        assert process.stdin is not None
        with contextlib.suppress(ConnectionError):
            process.stdin.write(plan.encode())
            await process.stdin.drain()
        return cls(process, await _event(process), memory_bytes)

    async def end(self) -> End:
        """Waits for the end."""
        return await asyncio.shield(self._end)

    def signal(self, number: int) -> None:
        """Sends a signal to the container's first process; one that has ended gets none."""
        assert self._process.stdin is not None
        if self._process.returncode is None and not self._process.stdin.is_closing():
            self._process.stdin.write(f"signal {number}\n".encode())

    async def stop(self, grace_seconds: float) -> End:
        """Ends it as the kubelet does: SIGTERM, the grace period, SIGKILL for all of its processes."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.end(), max(grace_seconds, 0.05))
        self.signal(signal.SIGKILL)
        return await self.end()

    async def _watch(self, first: Json, memory_bytes: int) -> End:
        if self.failed_to_start:
            await self._process.wait()
            text = first.get("message", "the sandbox ended")
            return End(START_ERROR_CODE, 0, text, False, _time(first))
        guard = asyncio.create_task(self._guard(first["pid"], memory_bytes))
        last = await _event(self._process)
        guard.cancel()
        await self._process.wait()
        code = int(last["code"])
        return End(code if code >= 0 else 128 - code, max(0, -code), "", self._out_of_memory, _time(last))

    async def _guard(self, pid: int, memory_bytes: int) -> None:
        """Stands in for the kernel's memory controller: a peak between two samples is missed."""
        if not memory_bytes:
            return
        while await asyncio.to_thread(private_bytes, pid) <= memory_bytes:
            await asyncio.sleep(_MEMORY_SAMPLE_SECONDS)
        self._out_of_memory = True
        self.signal(signal.SIGKILL)


async def _event(process: asyncio.subprocess.Process) -> Json:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if line:
        return dict(json.loads(line))
    # Killed from outside: the container went with it.
    return {"event": "exited", "code": -signal.SIGKILL}


def _time(event: Json) -> str:
    moment = datetime.fromtimestamp(event["time"], UTC) if "time" in event else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
