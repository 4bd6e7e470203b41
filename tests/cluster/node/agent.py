"""The node's main loop: registers, takes the pods bound to it, and leaves nothing when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.cluster.node.addresses import PodAddresses, claim_node_address, listen_on
from tests.cluster.node.client import Api, ApiError, Snapshot
from tests.cluster.node.container import REPOSITORY
from tests.cluster.node.context import NodeContext
from tests.cluster.node.events import Events
from tests.cluster.node.kubeconfig import read_kubeconfig
from tests.cluster.node.logview import LogSource
from tests.cluster.node.provisioner import Provisioner
from tests.cluster.node.registration import NodeSpec, heartbeat, lease_path, register
from tests.cluster.node.server import KubeletServer, NoLogError
from tests.cluster.node.worker import PodWorker

Json = dict[str, Any]
_SETTLE_SECONDS, _FAREWELL_SECONDS = 8.0, 3.0


class NodeError(Exception):
    """The node cannot run here; the message says why in one sentence."""


@dataclass(frozen=True)
class Settings:
    """All that a node is told; see `python -m tests.cluster.node --help`."""

    kubeconfig: Path
    node_kubeconfig: Path
    name: str
    capacity: dict[str, str]
    labels: dict[str, str]
    root: Path
    claims: Path
    address: str | None
    certificate: Path | None
    key: Path | None
    heartbeat_seconds: float
    scripted_default: list[Json] | None


class Agent:
    """One local node."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin = Api(read_kubeconfig(settings.kubeconfig))
        self._connection = read_kubeconfig(settings.node_kubeconfig)
        self._api = Api(self._connection)
        self._workers: dict[str, PodWorker] = {}
        self._listener = listen_on(settings.address) if settings.address else claim_node_address()
        address = self._listener.getsockname()[0]
        self._spec = NodeSpec(settings.name, address, settings.capacity, settings.labels)
        self._node = NodeContext(
            api=self._api,
            name=settings.name,
            address=address,
            root=settings.root,
            claims=settings.claims,
            capacity=settings.capacity,
            events=Events(self._api, settings.name),
            addresses=PodAddresses(address),
            scripted_default=settings.scripted_default,
            lose=self._lose,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop`; then ends its pods, deletes its Node and removes its folder.

        Raises:
            NodeError: the kernel forbids what it needs.
            ApiError: the API server refuses the node.
        """
        made = not self._settings.root.exists()
        self._settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._settings.claims.mkdir(parents=True, exist_ok=True)
        server = None
        try:
            self._probe()
            server = self._serve()
            await register(self._api, self._admin, self._spec)
            print(f"node {self._spec.name} at {self._spec.address}", flush=True)
            await self._work(stop)
        finally:
            if server is not None:
                server.stop()
            self._listener.close()
            await self._farewell()
            shutil.rmtree(self._settings.root if made else self._settings.root / "pods", ignore_errors=True)

    async def _work(self, stop: asyncio.Event) -> None:
        jobs = [
            heartbeat(self._api, self._spec, self._settings.heartbeat_seconds),
            self._follow_pods(),
            Provisioner(self._admin, self._settings.claims).run(),
        ]
        tasks = [asyncio.create_task(job) for job in jobs]
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        self._node.stopping.set()
        settled = [asyncio.create_task(worker.settled.wait()) for worker in self._workers.values()]
        if settled:
            await asyncio.wait(settled, timeout=_SETTLE_SECONDS)
        workers = [worker.task for worker in self._workers.values()]
        for task in (*tasks, *settled, *workers):
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for task in done - {stopped}:
            task.result()

    async def _follow_pods(self) -> None:
        async for event in self._api.changes("/api/v1/pods", fieldSelector=f"spec.nodeName={self._spec.name}"):
            if isinstance(event, Snapshot):
                self._adopt(event.items)
            elif event.gone:
                self._forget(event.item["metadata"]["uid"])
            else:
                self._take(event.item)

    def _adopt(self, pods: list[Json]) -> None:
        for uid in set(self._workers) - {pod["metadata"]["uid"] for pod in pods}:
            self._forget(uid)
        for pod in pods:
            self._take(pod)

    def _take(self, pod: Json) -> None:
        uid = pod["metadata"]["uid"]
        if uid in self._workers:
            self._workers[uid].update(pod)
        else:
            self._workers[uid] = PodWorker(self._node, pod)

    def _forget(self, uid: str) -> None:
        if worker := self._workers.pop(uid, None):
            worker.forget()

    def _lose(self) -> None:
        self._api.sever()
        self._admin.sever()

    def _probe(self) -> None:
        if self._settings.scripted_default is not None:
            return
        scratch = self._settings.root / "probe"
        scratch.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.cluster.node.sandbox", "--probe", str(scratch)]
        tried = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        scratch.rmdir()
        if tried.returncode:
            raise NodeError(tried.stdout.strip() or tried.stderr.strip()[-300:])

    def _serve(self) -> KubeletServer | None:
        certificate, key = self._settings.certificate, self._settings.key
        if certificate is None or key is None:
            return None
        return KubeletServer(self._listener, certificate, key, self._connection.authority, self._find_log)

    def _find_log(self, namespace: str, pod: str, container: str, previous: bool) -> LogSource:
        worker = next((w for w in list(self._workers.values()) if w.is_named(namespace, pod)), None)
        if worker is None:
            raise NoLogError(f'pod "{pod}" not found on this node')
        return worker.log(container, previous)

    async def _farewell(self) -> None:
        """Deletes the Node and its lease; a server that is away already is left alone."""
        with contextlib.suppress(ApiError, httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._admin.delete(f"/api/v1/nodes/{self._spec.name}")
                await self._admin.delete(lease_path(self._spec.name))
        await self._api.close()
        await self._admin.close()
