"""Starts and stops a local node as a process of its own.

with ControlPlane() as cluster, LocalNode(cluster, gpus=2) as node:
    cluster.api.create(jobs("default"), {...})
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from tests.cluster import kubeconfig
from tests.cluster.api import condition
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.addresses import claim_node_address
from tests.cluster.node.container import REPOSITORY
from tests.cluster.processes import ChildProcess
from tests.cluster.resources import nodes
from tests.cluster.statedir import StateDir

_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05


class LocalNodeError(Exception):
    """The node did not come up; the message ends with what it said."""


class LocalNode:
    """One local node of a control plane."""

    def __init__(
        self,
        cluster: ControlPlane,
        name: str = "local-1",
        *,
        cpu: str = "4",
        memory: str = "16Gi",
        gpus: int = 0,
        pods: int = 110,
        labels: Mapping[str, str] | None = None,
        claims: Path | None = None,
        heartbeat_seconds: float = 10.0,
        scripted_default: Sequence[Mapping[str, Any]] | None = None,
        start_deadline: float = 30.0,
    ) -> None:
        """Prepares; `start()` or `with` starts.

        `cpu` and `memory` are quantities. `claims` is the folder of the claims' data, `claims`/NAMESPACE/CLAIM; nodes
        of one cluster should share it, and by default it goes with the node. With `scripted_default` pods without a
        script of their own play that one and nothing is run. `start_deadline` is in seconds.
        """
        self.name, self.kubeconfig = name, cluster.kubeconfig
        self._cluster, self._claims, self._start_deadline = cluster, claims, start_deadline
        options = {"cpu": cpu, "memory": memory, "gpus": gpus, "pods": pods, "heartbeat-seconds": heartbeat_seconds}
        if scripted_default is not None:
            options["scripted-default"] = json.dumps(list(scripted_default))
        self._options = [f"--{key}={value}" for key, value in options.items()]
        self._options += [f"--label={key}={value}" for key, value in (labels or {}).items()]
        self._state: StateDir | None = None
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Starts the node and returns when it is Ready.

        Raises LocalNodeError when it ends before that or takes too long, and then leaves nothing running.
        """
        self._state = StateDir(f"node-{self.name}")
        try:
            command = [sys.executable, "-m", "tests.cluster.node", *self._options, *self._place()]
            self._child = ChildProcess(self.name, command, self.log, folder=REPOSITORY)
            self._await_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the node as a clean shutdown does: pods ended, Node deleted, folder removed; may be called twice."""
        self._end(_STOP_SECONDS)
        if self._state is not None:
            self._state.remove()
            self._state = None

    def kill(self) -> None:
        """Kills the node with all its pods, without a word to anyone: a node that is lost. Its Node stays."""
        self._end(0.0)
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The process id of the node."""
        if self._child is None:
            raise LocalNodeError(f"node {self.name} does not run")
        return self._child.pid

    @property
    def root(self) -> Path:
        """The node's own folder, in which its pods are."""
        return self._folder / "root"

    @property
    def claims(self) -> Path:
        """Where the data of claims is, by namespace and claim."""
        return self._claims or self._folder / "claims"

    @property
    def log(self) -> Path:
        """What the node itself says."""
        return self._folder / "node.log"

    @property
    def _folder(self) -> Path:
        if self._state is None:
            raise LocalNodeError(f"node {self.name} is not started")
        return self._state.path

    def _place(self) -> list[str]:
        """The options that need an address. It is taken here, because the certificate must name it."""
        with claim_node_address() as listener:
            address = listener.getsockname()[0]
        pair = self._cluster.ca.node(self.name, [address])
        user = kubeconfig.certificate_user(pair)
        config = kubeconfig.write(self._folder / "kubeconfig.yaml", self._cluster.url, self._cluster.ca.pem, user)
        return [
            f"--name={self.name}",
            f"--address={address}",
            f"--kubeconfig={self.kubeconfig}",
            f"--node-kubeconfig={config}",
            f"--certificate={pair.certificate}",
            f"--key={pair.key}",
            f"--root={self.root}",
            f"--claims={self.claims}",
        ]

    def _await_ready(self) -> None:
        end = time.monotonic() + self._start_deadline
        while not self._ready():
            assert self._child is not None
            if not self._child.running:
                raise LocalNodeError(f"node {self.name} ended:\n{self._child.log_tail()}")
            if time.monotonic() >= end:
                raise LocalNodeError(f"node {self.name} is not Ready after {self._start_deadline:g} s")
            time.sleep(_POLL_SECONDS)

    def _ready(self) -> bool:
        # The line in the log is of this process; a Node of the same name may be left of an earlier one.
        said = f"node {self.name} at " in self.log.read_text()
        node = self._cluster.api.find(nodes(self.name)) if said else None
        return node is not None and condition(node, "Ready") == "True"

    def _end(self, grace: float) -> None:
        if self._child is not None:
            self._child.stop(grace)
            self._child = None
