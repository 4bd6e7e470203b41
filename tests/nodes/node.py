"""A node: machine, container runtime, kubelet and kube-proxy."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.api import condition
from tests.cluster.controlplane import ControlPlane
from tests.cluster.processes import ChildProcess
from tests.cluster.resources import nodes
from tests.nodes import containerd, imported, kubelet, network, proxy
from tests.nodes.machine import Machine

GPU = "nvidia.com/gpu"
_READY_SECONDS = 90.0
_STOP_SECONDS = 5.0


class NodeError(Exception):
    """A program of a node died; the text ends with its last log lines."""


class Node:
    """One node of the cluster; its pods end with it."""

    def __init__(self, number: int, cluster: ControlPlane, folder: Path, group: str, images: Path) -> None:
        """Starts machine and container runtime; `join` makes it a node of the cluster.

        Args:
            number: from 1.
            cluster: whose node it becomes.
            folder: for its files.
            group: control group of its pods.
            images: the runtime's folder with the images that the node has.
        """
        self._cluster, self._group = cluster, group
        self.machine = Machine(number, folder)
        network.connect(self.machine)
        imported.link(images, self.machine)
        self._programs: dict[str, ChildProcess] = {"containerd": containerd.start(self.machine)}

    @property
    def name(self) -> str:
        """The Node's name."""
        return self.machine.name

    def join(self) -> None:
        """Starts kubelet and kube-proxy; returns at once."""
        self._programs["kubelet"] = kubelet.start(self.machine, self._cluster, self._group)
        self._programs["kube-proxy"] = proxy.start(self.machine, self._cluster)

    def wait_ready(self) -> None:
        """Returns when the node is Ready. Raises TimeoutError, and NodeError when a program of it died."""
        try:
            self._cluster.api.wait_for(
                nodes(self.name), lambda node: condition(node, "Ready") == "True", _READY_SECONDS
            )
        except TimeoutError:
            self.check()
            raise

    def offer_gpus(self, count: int) -> None:
        """Writes so many GPUs into the node's status, as a device plugin's kubelet would."""
        amount = {GPU: str(count)}
        self._cluster.api.patch(
            nodes(self.name)._replace(subresource="status"), {"status": {"capacity": amount, "allocatable": amount}}
        )

    def silence(self) -> None:
        """Stops the kubelet alone: the cluster hears no more of the node, whose containers run on."""
        self._programs.pop("kubelet").stop(_STOP_SECONDS)

    def speak(self) -> None:
        """Starts the kubelet again and returns when the node is Ready. Raises TimeoutError and NodeError."""
        self._programs["kubelet"] = kubelet.start(self.machine, self._cluster, self._group)
        self.wait_ready()

    def check(self) -> None:
        """Raises NodeError when a program has died."""
        for program in self._programs.values():
            if not program.running:
                raise NodeError(f"{self.name}: {program.name} ended with {program.exit_code}:\n{program.log_tail()}")

    def stop(self) -> None:
        """Ends the programs; containers end with the sandbox."""
        for program in reversed(list(self._programs.values())):
            program.stop(_STOP_SECONDS)
        self.machine.stop()
