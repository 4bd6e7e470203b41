"""The control plane and the operator that is measured."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.support.installation import ACCOUNT, NAMESPACE, install
from tests.support.operator_process import OperatorProcess

OPERATOR_USER = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"
FAST_CLIENTS = {
    "kube-controller-manager": ["--kube-api-qps=2000", "--kube-api-burst=4000", "--concurrent-job-syncs=20"],
    "kube-scheduler": ["--kube-api-qps=2000", "--kube-api-burst=4000"],
}
"""Their own client limits would cap every figure."""


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

    def count(self, audit_since: int, resource: str) -> int:
        """Objects of a resource that were created since a mark of the audit log."""
        writes = self.cluster.audit.writes(since=audit_since, verb="create", resource=resource, subresource="")
        return len({write.name for write in writes})

    def wait_children(self, since: int, jobs: int, deadline: float) -> None:
        """Returns when so many child Jobs were created since the mark."""
        poll(lambda: self.count(since, "jobs"), lambda found: found >= jobs, deadline, f"{jobs} child Jobs")


@contextmanager
def world(*, job_controller: bool) -> Iterator[World]:
    """Starts a control plane for one case."""
    with ControlPlane(job_controller=job_controller, scheduler=job_controller, extra_flags=FAST_CLIENTS) as cluster:
        account = install(cluster)
        namespace = f"bench-{uuid.uuid4().hex[:8]}"
        cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": namespace}})
        yield World(cluster, account, namespace)
