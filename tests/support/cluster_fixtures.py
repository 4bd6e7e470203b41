"""Fixtures of the real parts: one control plane and one S3 server a session, a namespace a test."""

import uuid
from collections.abc import Iterator

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.s3server import S3Server

_NAMESPACES = Resource("v1", "namespaces")


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback."""
    with ControlPlane() as control_plane:
        yield control_plane


@pytest.fixture
def namespace(cluster: ControlPlane) -> Iterator[str]:
    """A namespace of the test's own; it goes with the test, without waiting for it."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    cluster.api.create(_NAMESPACES, {"metadata": {"name": name}})
    yield name
    cluster.api.delete(_NAMESPACES._replace(name=name))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server on loopback."""
    with S3Server() as server:
        yield server
