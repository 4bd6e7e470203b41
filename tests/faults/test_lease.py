"""Leader election when the API server is away for longer than a lease lasts."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.faults.proxy import FaultProxy
from tests.support.candidate import Candidate
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.lease import LeaseTimes

TIMES = LeaseTimes(duration=3.0, deadline=2.0, retry=0.3)


@pytest.fixture
def proxy(cluster: ControlPlane) -> Iterator[FaultProxy]:
    with FaultProxy(cluster) as proxy:
        yield proxy


@pytest.fixture
def account(cluster: ControlPlane, namespace: str) -> Path:
    """A kubeconfig with a token, since no client certificate passes through a proxy."""
    cluster.api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "candidate"}}, namespace)
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "candidate"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "candidate", "namespace": namespace}],
    }
    cluster.api.apply(binding, namespace)
    return cluster.service_account_kubeconfig(namespace, "candidate")


@pytest.fixture
def candidates(
    cluster: ControlPlane, namespace: str, proxy: FaultProxy, account: Path
) -> Iterator[tuple[Candidate, Candidate]]:
    with ExitStack() as stack:
        client = KubeClient(load_configuration(str(proxy.kubeconfig(account, cluster.folder))))
        stack.callback(client.close)
        first, second = (Candidate(client, namespace, name, TIMES) for name in ("first", "second"))
        for candidate in (first, second):
            candidate.elector.start()
            stack.callback(candidate.elector.stop)
            assert first.started.wait(10)
        poll(lambda: second.elector._seen, bool, 5, "the standby has looked")
        yield first, second


@pytest.mark.checklist(15, 19)
def test_an_outage_changes_no_leader_whose_process_lives(
    proxy: FaultProxy, candidates: tuple[Candidate, Candidate]
) -> None:
    first, second = candidates
    proxy.go_away()
    poll(lambda: first.elector.leading, lambda leading: not leading, 5, "the leader writes nothing unheard")
    assert not second.started.wait(2 * TIMES.duration)
    proxy.come_back()
    poll(lambda: first.elector.leading, bool, 5, "the leader leads again")
    assert not first.lost.is_set()
    assert not second.started.wait(TIMES.duration + 1)


@pytest.mark.checklist(19)
def test_a_leader_that_was_replaced_in_an_outage_ends(
    cluster: ControlPlane, namespace: str, proxy: FaultProxy, candidates: tuple[Candidate, Candidate]
) -> None:
    first, _ = candidates
    proxy.go_away()
    lease = Resource("coordination.k8s.io/v1", "leases", namespace, "election")
    cluster.api.patch(lease, {"spec": {"holderIdentity": "thief", "leaseDurationSeconds": 60}})
    proxy.come_back()
    assert first.lost.wait(10)
    assert not first.elector.leading
