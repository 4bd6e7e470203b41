"""One control plane and one local node for these tests, a namespace for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.component.node.workloads import Workloads


@pytest.fixture(scope="session")
def node_cluster() -> Iterator[ControlPlane]:
    flags = {"kube-controller-manager": ["--node-monitor-period=1s", "--node-monitor-grace-period=6s"]}
    with ControlPlane(extra_flags=flags) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_node(node_cluster: ControlPlane) -> Iterator[LocalNode]:
    with LocalNode(node_cluster, "shared", gpus=2, heartbeat_seconds=2) as node:
        yield node


@pytest.fixture
def anywhere(node_cluster: ControlPlane) -> Iterator[Workloads]:
    """A namespace whose pods go where the test's own node is."""
    with Workloads(node_cluster.api) as workloads:
        yield workloads


@pytest.fixture
def work(node_cluster: ControlPlane, shared_node: LocalNode) -> Iterator[Workloads]:
    """A namespace whose pods go to the shared node."""
    with Workloads(node_cluster.api, shared_node.name) as workloads:
        yield workloads
