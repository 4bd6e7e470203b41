"""What the chart's tests share: Helm without a cluster, the cases as they render, a cluster of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chart.rendered import CASES
from tests.cluster.controlplane import ControlPlane
from tests.support.helm import Helm


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    return Helm(tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="session")
def rendered(helm: Helm) -> Callable[[str], str]:
    """The manifests of a case, by its name; each is rendered once."""
    texts = {case.stem: helm.template("--values", case) for case in CASES}
    return texts.__getitem__


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[ControlPlane]:
    """A cluster whose resource may be removed: no other test uses it."""
    with ControlPlane() as control_plane:
        yield control_plane


@pytest.fixture(scope="module")
def admin(own_cluster: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm as the administrator of that cluster."""
    return Helm(tmp_path_factory.mktemp("admin"), Path(own_cluster.kubeconfig))
