"""What people see with kubectl."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
import yaml

from tests.cluster import toolchain
from tests.cluster.api import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.crd.conftest import Create
from tests.component.crd.test_status import FULL
from tests.unit.operator.api.manifests import SMALLEST, manifest

Kubectl = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def kubectl(cluster: ControlPlane, namespace: str, definition: Object) -> Kubectl:
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [
            str(toolchain.kubectl()),
            f"--kubeconfig={cluster.kubeconfig}",
            f"--namespace={namespace}",
            *arguments,
        ]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)

    return run


def test_a_learning_rate_may_be_written_as_people_write_it(kubectl: Kubectl) -> None:
    text = SMALLEST + "  training: {optimizer: {learningRate: 1e-4}}\n"
    applied = kubectl("apply", "-o", "yaml", "-f", "-", stdin=text)
    assert applied.returncode == 0, applied.stderr
    assert yaml.safe_load(applied.stdout)["spec"]["training"]["optimizer"]["learningRate"] == 0.0001


def test_an_unknown_field_is_refused_by_name(kubectl: Kubectl) -> None:
    applied = kubectl("apply", "-f", "-", stdin=SMALLEST.replace("layers: 100", "layers: 100, layres: 3"))
    assert applied.returncode == 1
    assert 'unknown field "spec.freeze.layres"' in applied.stderr


def test_explain_reads_like_documentation(kubectl: Kubectl) -> None:
    text = kubectl("explain", "tj.spec.freeze").stdout
    words = " ".join(text.split())
    assert "Exactly one way to say how many layers, counted from the input, are not trained" in words
    assert "Freeze count N: backbone.layers[:N], InputLayer included." in words
    assert "Freezes the stem and the first blocks of the family (ResNet50 has 16)." in words
    assert "Lets the trainer choose from the data." in words


def test_explain_shows_the_whole_tree(kubectl: Kubectl) -> None:
    text = kubectl("explain", "tj.spec", "--recursive").stdout
    assert all(f"  {name}\t" in text for name in ("backbone", "freeze", "head", "dataset", "training", "output", "run"))


def test_the_columns_tell_where_a_job_stands(
    kubectl: Kubectl, cluster: ControlPlane, jobs: Resource, create: Create
) -> None:
    create(manifest())
    cluster.api.patch(jobs.named("flowers")._replace(subresource="status"), {"status": FULL.to_json()})
    head, row = kubectl("get", "tj", "-o", "wide").stdout.splitlines()
    assert " ".join(head.split()) == "NAME BACKBONE FREEZE PHASE EPOCH ACCURACY TIME AGE REASON MODEL URI NODE"
    cells = row.split()
    assert cells[:7] == ["flowers", "ResNet50", "100/175", "Succeeded", "3/10", "90.0%", "41s"]
    assert cells[8:] == ["Crash", "pvc://models/flowers/1", "node-1"]


def test_one_can_wait_for_completion(kubectl: Kubectl, cluster: ControlPlane, jobs: Resource, create: Create) -> None:
    create(manifest())
    complete = [c.model_copy(update={"status": "True"}) if c.type == "Complete" else c for c in FULL.conditions]
    done = FULL.model_copy(update={"conditions": tuple(complete)})
    cluster.api.patch(jobs.named("flowers")._replace(subresource="status"), {"status": done.to_json()})
    assert kubectl("wait", "--for=condition=Complete", "tj/flowers", "--timeout=10s").returncode == 0
