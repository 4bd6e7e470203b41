"""What the tests of faults share: the operator's account, and a world for each module."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.faults.world import World
from tests.support.installation import install

_hosts = itertools.count(1)

MakeWorld = Callable[[], World]


@pytest.fixture(scope="session")
def account(cluster: ControlPlane) -> Path:
    """A kubeconfig with the rights of the operator's service account."""
    return install(cluster)


@pytest.fixture(scope="module")
def make_world(cluster: ControlPlane, account: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeWorld]:
    """Makes worlds, each with a namespace of its own, whose operator is not started yet."""
    with ExitStack() as stack:

        def make() -> World:
            namespace = f"faults-{uuid.uuid4().hex[:8]}"
            cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": namespace}})
            stack.callback(cluster.api.delete, Resource("v1", "namespaces", None, namespace))
            folder = tmp_path_factory.mktemp(namespace)
            return stack.enter_context(World(cluster, namespace, account, folder, f"127.98.{next(_hosts)}.1"))

        yield make
