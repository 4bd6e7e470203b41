"""What the operator's component tests share: the chart's account, played pods, an operator a namespace."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.processes import tail
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs, PodPlayer, playing
from tests.support.installation import install
from tests.support.operator_process import OperatorProcess

_LOG_LINES = 60
StartOperator = Callable[..., OperatorProcess]


@pytest.fixture(scope="session")
def account(cluster: ControlPlane) -> Path:
    """A kubeconfig with the rights of the operator's service account."""
    return install(cluster)


@pytest.fixture
def player(cluster: ControlPlane, namespace: str) -> Iterator[PodPlayer]:
    with playing(cluster.api, namespace) as player:
        yield player


@pytest.fixture
def real_node(cluster: ControlPlane, namespace: str) -> Iterator[LocalNode]:
    """A node that runs its pods."""
    with LocalNode(cluster, f"real-{namespace}") as node:
        yield node


@pytest.fixture
def jobs(cluster: ControlPlane, namespace: str, account: Path) -> Jobs:
    return Jobs(cluster.api, namespace)


@pytest.fixture
def start_operator(account: Path, namespace: str, tmp_path: Path) -> Iterator[StartOperator]:
    """Starts operators that are stopped with the test; by default one that has the test's namespace for itself."""
    started: list[OperatorProcess] = []

    def start(identity: str = "operator", *, wait_ready: bool = True, **settings: object) -> OperatorProcess:
        defaults = {"namespaces": namespace, "leader_election": False, "trainer_image": "trainer:test"}
        operator = OperatorProcess(account, tmp_path / f"{identity}.log", identity=identity, **{**defaults, **settings})
        started.append(operator)
        return operator.start(wait_ready=wait_ready)

    yield start
    for operator in started:
        operator.stop()
        print(tail(operator.log, _LOG_LINES))  # pytest shows it with a failure


@pytest.fixture
def operator(start_operator: StartOperator) -> OperatorProcess:
    return start_operator()


@pytest.fixture
def elsewhere(cluster: ControlPlane, namespace: str, account: Path) -> Iterator[Jobs]:
    """Jobs of a second namespace, where nothing is forbidden."""
    name = f"{namespace}-free"
    cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": name}})
    yield Jobs(cluster.api, name)
    cluster.api.delete(Resource("v1", "namespaces", None, name))
