"""The control plane and the operator that is measured."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.operator.figures import Usage
from bench.operator.loader import load
from bench.operator.tail import Tail
from tests.cluster.api import poll
from tests.cluster.controlplane import APISERVER, ETCD, ControlPlane
from tests.cluster.resources import Resource
from tests.support.installation import ACCOUNT, NAMESPACE, install
from tests.support.operator_process import OperatorProcess

OPERATOR_USER = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"
FAST_CLIENTS = {
    "kube-controller-manager": ["--kube-api-qps=2000", "--kube-api-burst=4000", "--concurrent-job-syncs=20"],
    "kube-scheduler": ["--kube-api-qps=2000", "--kube-api-burst=4000"],
}
"""Their own client limits would cap every figure."""

_SETTLED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class World:
    """A control plane with the resource installed, and a namespace."""

    cluster: ControlPlane
    account: Path
    namespace: str

    def operator(self, identity: str = "operator", **settings: object) -> OperatorProcess:
        """An operator that is not started yet."""
        log = self.cluster.folder / f"{identity}.log"
        return OperatorProcess(self.account, log, identity=identity, log_level="warning", **settings)

    def load(self, kind: str, prefix: str, count: int) -> None:
        """Creates so many jobs as fast as the API server takes them."""
        load(self.cluster.kubeconfig, self.namespace, kind, prefix, count)

    def wait_children(self, resource: str, since: int, jobs: int, deadline: float) -> None:
        """Returns when so many children were created since the mark."""
        # By the answer's code, not by the verb: the peer creates by server-side apply, which is a patch.
        wanted = ('"code":201', f'"resource":"{resource}"')
        made = Tail(self.cluster.audit.path, since, wanted)
        poll(made.read, lambda found: found >= jobs, deadline, f"{jobs} children ({resource})")

    def wait_settled(self, user: str, deadline: float = 300.0) -> None:
        """Returns when this user has written nothing for a second."""
        tail = Tail(
            self.cluster.audit.path, self.cluster.audit.mark(), [f'"username":"{user}"'], ['"resource":"leases"']
        )
        poll(tail.quiet_seconds, lambda silent: silent > _SETTLED_SECONDS, deadline, f"{user} at rest")

    def servers(self) -> float:
        """CPU seconds that the API server and its database have used."""
        pids = self.cluster.pids
        return sum(Usage.of(pids[name]).cpu for name in (APISERVER, ETCD))


@contextmanager
def world(*, job_controller: bool) -> Iterator[World]:
    """Starts a control plane for one case."""
    with ControlPlane(job_controller=job_controller, scheduler=job_controller, extra_flags=FAST_CLIENTS) as cluster:
        account = install(cluster)
        namespace = f"bench-{uuid.uuid4().hex[:8]}"
        cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": namespace}})
        yield World(cluster, account, namespace)
