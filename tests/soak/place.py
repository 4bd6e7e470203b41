"""Where a soak happens: a control plane, a node that plays pods, and two replicas of the operator behind a proxy."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import Any, Self

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.faults.proxy import FaultProxy
from tests.support.installation import install
from tests.support.operator_process import OperatorProcess

FAST_CLIENTS = {
    "kube-controller-manager": ["--kube-api-qps=2000", "--kube-api-burst=4000", "--concurrent-job-syncs=20"],
    "kube-scheduler": ["--kube-api-qps=2000", "--kube-api-burst=4000"],
}
_SCRIPT: list[dict[str, Any]] = [{"running": True}]
_PODS = 1_000
_REMEMBERED_REQUESTS = 1_000


class Place:
    """`with` starts all of it and leaves nothing behind.

    The elder replica is never killed: what it holds after hours is what a soak measures. The younger one is.
    """

    def __init__(self) -> None:
        self.namespace = f"soak-{uuid.uuid4().hex[:8]}"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self.cluster = self._stack.enter_context(ControlPlane(extra_flags=FAST_CLIENTS))
            account = install(self.cluster)
            self.cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": self.namespace}})
            self._stack.enter_context(LocalNode(self.cluster, cpu="64", pods=_PODS, scripted_default=_SCRIPT))
            self.proxy = self._stack.enter_context(FaultProxy(self.cluster, remember=_REMEMBERED_REQUESTS))
            self.through = self.proxy.kubeconfig(account, self.cluster.folder)
            self.elder, self.younger = self._replica("elder"), self._replica("younger")
            self.elder.start().wait_leading()
            self.younger.start()
            self.jobs = Jobs(self.cluster.api, self.namespace)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _replica(self, identity: str) -> OperatorProcess:
        # Faults are to be met often, so limits are shorter than their defaults.
        replica = OperatorProcess(
            self.through,
            self.cluster.folder / f"{identity}.log",
            identity=identity,
            trainer_image="trainer:soak",
            log_level="error",
            request_timeout_seconds=5,
            watch_idle_seconds=15,
            resync_seconds=30,
        )
        self._stack.callback(replica.stop)
        return replica
