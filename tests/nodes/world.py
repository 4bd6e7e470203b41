"""A whole cluster inside the sandbox: control plane, name server, S3 server, and nodes that run containers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import httpx

from tests.cluster import toolchain
from tests.cluster.controlplane import ControlPlane
from tests.cluster.processes import ChildProcess
from tests.cluster.s3server import S3Server
from tests.nodes import dns, images, imported, network, tinyimage
from tests.nodes.addresses import HOME
from tests.nodes.node import Node
from tests.nodes.sandbox import folder

_SECONDS = 30.0
# A node that is not heard of is noticed in seconds rather than minutes.
_FLAGS = {"kube-controller-manager": ["--node-monitor-grace-period=20s", "--node-monitor-period=2s"]}


def prepare(names: Sequence[str] = ()) -> None:
    """Builds what nothing inside the sandbox can: programs, and the images of these names. Raises StepError."""
    for program in (toolchain.CONTROLPLANE, toolchain.S3, toolchain.NODE, toolchain.COREDNS):
        toolchain.binary(program)
    for name in names:
        images.archive(name)


class WorldError(Exception):
    """The cluster cannot be had here; the text says why."""


class World:
    """Starts and stops one cluster."""

    cluster: ControlPlane
    s3: S3Server
    nodes: tuple[Node, ...]

    def __init__(self, count: int = 2, archives: Sequence[Path] = ()) -> None:
        """Prepares; `with` starts.

        Args:
            count: number of nodes.
            archives: images that every node has.
        """
        self._count, self._archives = count, archives

    def __enter__(self) -> Self:
        found = folder()
        if found is None:
            raise WorldError("nodes run in namespaces of their own: start this by `python -m tests.nodes.sandbox`")
        self.folder = found
        self._stack = ExitStack()
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def check(self) -> None:
        """Raises ClusterError or NodeError when a part has died."""
        self.cluster.check()
        for node in self.nodes:
            node.check()

    def _build(self) -> None:
        network.build()
        self._images = imported.imported([self._tiny(), *self._archives])
        self.cluster = self._stack.enter_context(ControlPlane(address=HOME, extra_flags=_FLAGS))
        self._names = dns.start(self.cluster, self.folder)
        self._stack.callback(self._names.stop)
        self.s3 = self._stack.enter_context(S3Server(HOME))
        self.nodes = tuple(self._node(number) for number in range(1, self._count + 1))
        for node in self.nodes:
            others = {other.machine.number for other in self.nodes} - {node.machine.number}
            network.route(node.machine, others)
        for node in self.nodes:
            node.join()
        for node in self.nodes:
            node.wait_ready()
        _await_names(self._names)

    def _node(self, number: int) -> Node:
        group = f"{self.folder.name}/node-{number}"
        node = Node(number, self.cluster, self.folder / f"node-{number}", group, self._images)
        self._stack.callback(node.stop)
        return node

    def _tiny(self) -> Path:
        file = self.folder / "tiny.tar"
        tinyimage.write(file)
        return file


def _await_names(server: ChildProcess) -> None:
    end = time.monotonic() + _SECONDS
    while not _answers(f"http://{HOME}:8181/ready"):
        if not server.running or time.monotonic() >= end:
            raise WorldError(f"the name server does not answer:\n{server.log_tail()}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False
