"""`doctor` and `compare` against a real API server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.cli.conftest import Cli
from tests.component.cli.test_commands import COMPLETE, ends, submitted, timed

NODE = Resource("v1", "nodes", None, "gpu-node")


def states(cli: Cli, **environment: str) -> dict[str, tuple[str, str]]:
    found = json.loads(cli("doctor", "-o", "json", **environment).stdout)
    return {entry["question"]: (entry["state"], entry["found"]) for entry in found}


@contextmanager
def gpu_node(cli: Cli) -> Iterator[None]:
    cli.api.create(NODE._replace(name=None), {"metadata": {"name": NODE.name}})
    status = {"capacity": {"nvidia.com/gpu": "2"}, "allocatable": {"nvidia.com/gpu": "2"}}
    cli.api.patch(NODE._replace(subresource="status"), {"status": status})
    try:
        yield
    finally:
        cli.api.delete(NODE)


def test_a_bare_cluster_has_warnings_with_cures_and_no_faults(cli: Cli) -> None:
    result = cli("doctor")
    ends(result, 0)
    text = " ".join(result.stdout.split())
    assert "ok resource TransferJob v1alpha1" in text
    assert "warning GPUs none on" in text
    assert "-> Install the device plugin" in text
    assert "warning operator no Deployment of it was found" in text
    assert "ok rights all that this program needs" in text
    assert max(map(len, cli("doctor", COLUMNS="40").stdout.splitlines())) <= 40


def test_gpus_are_counted_and_nodes_that_are_away_named(cli: Cli) -> None:
    with gpu_node(cli):
        assert states(cli)["GPUs"] == ("ok", "2 nvidia.com/gpu; not ready: gpu-node")


def test_a_stranger_learns_which_rights_are_missing(cli: Cli, cli_cluster: ControlPlane) -> None:
    stranger = str(cli_cluster.kubeconfig_for("stranger"))
    result = cli("doctor", KUBECONFIG=stranger)
    ends(result, 1, "Wrong: rights.")
    words = " ".join(result.stdout.split())
    assert "create transferjobs (for submit)" in words
    assert "kubectl auth can-i create transferjobs" in words
    assert states(cli, KUBECONFIG=stranger)["GPUs"][0] == "unknown"
    assert states(cli, KUBECONFIG=stranger)["resource"][0] == "ok"


def test_a_namespace_that_is_not_there_and_no_cluster(cli: Cli, cli_cluster: ControlPlane, tmp_path: object) -> None:
    result = cli("doctor", "-n", "nowhere")
    ends(result, 1, "Wrong: namespace.")
    assert "kubectl create namespace nowhere" in " ".join(result.stdout.split())
    ends(cli("doctor", KUBECONFIG="/nonexistent", HOME="/nonexistent"), 5, "No cluster is configured")


@pytest.mark.slow
def test_without_the_resource_the_cure_is_its_installation() -> None:
    with ControlPlane(job_controller=False, scheduler=False) as bare:
        result = Cli(bare.kubeconfig, "default", bare.api)("doctor")
        ends(result, 1, "resource")
        assert "kubectl apply -f crds/" in result.stdout


def test_compare_sets_jobs_side_by_side(cli: Cli) -> None:
    submitted(cli, "a", "b")
    for name, accuracy in (("a", 0.5), ("b", 0.75)):
        result = {"modelURI": f"s3://m/{name}", "metrics": {"accuracy": accuracy, "loss": 1.0}}
        cli.set_status(name, phase="Succeeded", conditions=timed(COMPLETE), result=result)
    lines = cli("compare", "a", "b", "a").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["b", "a"]
    document = json.loads(cli("compare", "a", "b", "-o", "json").stdout)
    assert [entry["accuracy"] for entry in document] == [0.75, 0.5]
    ends(cli("compare", "a", "bb"), 3, "Did you mean 'b'?")
