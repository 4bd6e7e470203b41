"""Many pods that run and report at once: one node played, one endpoint for each pod."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.cluster.api import Object, poll
from tests.cluster.resources import Resource, pods
from tests.component.operator.pods import GPU, Jobs, PodPlayer, now
from transferjob_trainer.contract.progress import ENDPOINT_PORT

AT_ONCE = 10


class Crowd(PodPlayer):
    """A large node whose pods all run as soon as they are asked to, each at an address of its own."""

    def __enter__(self) -> Self:
        super().__enter__()
        room = {"cpu": "4000", "memory": "4000Gi", "pods": "4000", GPU: "4000"}
        where = Resource("v1", "nodes", None, self.node, "status")
        self._api.patch(where, {"status": {"capacity": room, "allocatable": room}})
        return self

    def run_all(self, count: int, deadline: float = 90.0) -> dict[str, str]:
        """Starts the trainers that have not, once that many pods are bound; the addresses of all by UID."""
        every = poll(self._bound, lambda found: len(found) == count, deadline, f"{count} bound pods")
        addresses = {}
        for number, pod in enumerate(sorted(every, key=_name)):
            address = f"{self.address.rpartition('.')[0].rpartition('.')[0]}.{1 + number // 250}.{1 + number % 250}"
            addresses[str(pod["metadata"]["uid"])] = address
            if pod["status"]["phase"] == "Pending":
                self._status(pod, "Running", {"running": {"startedAt": now()}}, address)
        return addresses

    def end_all(self, words: str) -> None:
        """All trainers end well with these last words."""
        over = {"exitCode": 0, "reason": "Completed", "message": words, "startedAt": now(), "finishedAt": now()}
        for pod in self._bound():
            self._status(pod, "Succeeded", {"terminated": over}, self.address)

    def _bound(self) -> list[Object]:
        return [pod for pod in self._api.list(pods(self.namespace)) if pod["spec"].get("nodeName")]

    def _status(self, pod: Object, phase: str, state: Object, address: str) -> None:
        entry = {"name": "trainer", "image": "trainer:test", "imageID": "", "restartCount": 0, "ready": False}
        status = {
            "phase": phase,
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": now(),
            "containerStatuses": [{**entry, "started": phase == "Running", "state": state}],
        }
        where = Resource("v1", "pods", self.namespace, pod["metadata"]["name"], "status")
        self._api.patch(where, {"status": status})


def _name(pod: Object) -> str:
    return str(pod["metadata"]["name"])


class Reporters:
    """Serves a document for each pod, which is another one each time that it is asked for."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self._addresses = addresses
        self.asked: dict[str, list[float]] = {uid: [] for uid in addresses}
        """When each pod was asked."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> Sequence[asyncio.Server]:
        return [
            await asyncio.start_server(self._answerer(uid), address, ENDPOINT_PORT)
            for uid, address in self._addresses.items()
        ]

    def _answerer(self, uid: str) -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            times = self.asked[uid]
            times.append(time.monotonic())
            document = {
                "podUID": uid,
                "stage": "Training",
                "updatedTime": time.time(),
                "step": len(times),
                "steps": 999,
            }
            body = json.dumps(document).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            writer.close()

        return answer


def start_all(jobs: Jobs, crowd: Crowd, count: int) -> tuple[list[str], dict[str, str]]:
    """Applies jobs and starts their trainers, some at a time, as a slow start would be told; names and addresses."""
    names, addresses = [f"many-{number:04}" for number in range(count)], dict[str, str]()
    for number, name in enumerate(names, 1):
        jobs.create(name)
        if number % AT_ONCE == 0:
            addresses = crowd.run_all(number)
    return names, addresses


def memory_mib(pid: int) -> float:
    """Resident memory of a process, MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
