"""Which Kubernetes the test cluster is."""

import os
import re

import pytest

from tests.cluster import toolchain
from tests.cluster.controlplane import ControlPlane


def test_the_cluster_is_of_the_version_that_was_asked_for(cluster: ControlPlane) -> None:
    newest = os.environ.get(toolchain.VERSION_VARIABLE) == "newest"
    expected = toolchain.NEWEST_KUBERNETES_VERSION if newest else toolchain.KUBERNETES_VERSION
    assert cluster.api.get("/version")["gitVersion"] == expected


@pytest.mark.parametrize("wanted", ["", "newest"])
def test_every_part_is_pinned_to_that_version(wanted: str) -> None:
    program = toolchain.selected(wanted)
    pins = (program.pins_folder / "go.mod").read_text()
    version = program.linker_flags.rpartition("=")[2]
    assert f"k8s.io/kubernetes {version}" in pins
    staging = set(re.findall(r"=> k8s\.io/\S+ (v\S+)", pins))
    assert staging == {version.replace("v1.", "v0.")}


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is 'oldest'; it can be v1\.\d+\.\d+ \(the default\) or newest"):
        toolchain.selected("oldest")
