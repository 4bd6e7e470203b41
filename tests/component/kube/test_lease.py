"""Leader election on a real API server: one leads; after its end another does."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.support.candidate import Candidate
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.lease import LeaseTimes

TIMES = LeaseTimes(duration=3.0, deadline=2.0, retry=0.4)


@pytest.fixture
def candidate(cluster: ControlPlane, namespace: str) -> Iterator[Callable[[str], Candidate]]:
    made: list[Candidate] = []
    client = KubeClient(load_configuration(str(cluster.kubeconfig)))

    def make(identity: str) -> Candidate:
        made.append(Candidate(client, namespace, identity, TIMES))
        made[-1].elector.start()
        return made[-1]

    yield make
    for one in made:
        one.elector.stop()
    client.close()


def holder(cluster: ControlPlane, namespace: str) -> str:
    lease = cluster.api.get(Resource("coordination.k8s.io/v1", "leases", namespace, "election"))
    return str(lease["spec"]["holderIdentity"])


@pytest.mark.checklist(19, 36)
def test_one_leads_and_after_a_clean_stop_the_other_follows_soon(
    cluster: ControlPlane, namespace: str, candidate: Callable[[str], Candidate]
) -> None:
    first = candidate("first")
    assert first.started.wait(5)
    second = candidate("second")
    assert not second.started.wait(1.5)
    assert (first.elector.leading, second.elector.leading) == (True, False)
    first.elector.stop()
    stopped = time.monotonic()
    assert second.started.wait(5)
    assert time.monotonic() - stopped < 1.5
    assert holder(cluster, namespace) == "second"


def test_a_silent_leader_is_replaced_only_when_its_lease_has_run_out(
    cluster: ControlPlane, namespace: str, candidate: Callable[[str], Candidate]
) -> None:
    first = candidate("first")
    assert first.started.wait(5)
    first.elector._stopped.set()  # as if killed: it renews no more and gives nothing back
    first.elector._thread.join(5)
    second = candidate("second")
    began = time.monotonic()
    assert second.started.wait(10)
    assert 1.5 < time.monotonic() - began < TIMES.duration + 1.0


@pytest.mark.checklist(19)
def test_a_leader_whose_lease_was_taken_steps_down(
    cluster: ControlPlane, namespace: str, candidate: Callable[[str], Candidate]
) -> None:
    first = candidate("first")
    assert first.started.wait(5)
    lease = Resource("coordination.k8s.io/v1", "leases", namespace, "election")
    cluster.api.patch(lease, {"spec": {"holderIdentity": "thief", "leaseDurationSeconds": 60}})
    assert first.lost.wait(10)
    poll(lambda: first.elector.leading, lambda leading: not leading, 5, "not leading")
