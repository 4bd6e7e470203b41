"""The resource on a real API server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.api import ApiError, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource

CRD = Path(__file__).parents[3] / "crds/transferjobs.yaml"
Create = Callable[[dict[str, Any]], Object]


@pytest.fixture(scope="session")
def definition(cluster: ControlPlane) -> Object:
    """The CustomResourceDefinition, established."""
    return cluster.api.apply_file(CRD)[0]


@pytest.fixture
def jobs(definition: Object, namespace: str) -> Resource:
    """The TransferJobs of this test's namespace."""
    return Resource("transferjob.dev/v1alpha1", "transferjobs", namespace)


@pytest.fixture
def create(cluster: ControlPlane, jobs: Resource) -> Create:
    """Creates a TransferJob as kubectl does: unknown fields are errors."""
    return lambda document: cluster.api.create(jobs, document, fieldValidation="Strict")


@pytest.fixture
def refused(create: Create) -> Callable[[dict[str, Any]], str]:
    """The API server's sentence about a TransferJob that it does not take."""

    def sentence(document: dict[str, Any]) -> str:
        with pytest.raises(ApiError) as caught:
            create(document)
        assert caught.value.code in (400, 422)
        return str(caught.value.status["message"])

    return sentence
