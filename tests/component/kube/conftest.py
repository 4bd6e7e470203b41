"""What the tests of the Kubernetes client share."""

from collections.abc import Iterator

import pytest

from tests.cluster.controlplane import ControlPlane
from transferjob_operator.kube.client import KubeClient, load_configuration


@pytest.fixture
def client(cluster: ControlPlane) -> Iterator[KubeClient]:
    client = KubeClient(load_configuration(str(cluster.kubeconfig)))
    yield client
    client.close()
