"""A node that nobody hears of: the pod is given up, the job goes on elsewhere, and what comes back harms nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.cluster.resources import nodes, pods
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs
from tests.component.operator.silent_nodes import GPUS, Nodes
from tests.component.operator.steps import let_pass
from tests.support.installation import NAMESPACE
from tests.support.operator_process import OperatorProcess
from tests.support.rights import installed

NO_TOLERANCE = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}


@pytest.fixture
def lost_nodes(cluster: ControlPlane, namespace: str) -> Nodes:
    return Nodes(cluster, namespace)


@pytest.mark.checklist(28)
@pytest.mark.parametrize("marked", [False, True], ids=["not marked for deletion", "marked by the taint manager"])
def test_the_job_goes_on_elsewhere_and_the_lost_attempt_costs_no_retry(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, lost_nodes: Nodes, marked: bool
) -> None:
    start_operator(node_lost_seconds=6)
    tolerations = [{**NO_TOLERANCE, "tolerationSeconds": 1 if marked else 3600}]
    with lost_nodes.node("lost") as lost:
        jobs.create("traveller", resources=GPUS, run={"retries": 1}, pod={"tolerations": tolerations})
        first = lost_nodes.bound_to(lost)
        lost.set_running(first)
        jobs.wait_phase("traveller", "Running")
        lost_nodes.fall_silent(lost)
        if marked:
            cluster.api.wait_for(
                pods(jobs.namespace, first["metadata"]["name"]), lambda pod: "deletionTimestamp" in pod["metadata"], 20
            )
        with lost_nodes.node("spare") as spare:
            second = lost_nodes.bound_to(spare)
            # The zombie reports its success to a pod that is no more.
            assert cluster.api.find(pods(jobs.namespace, first["metadata"]["name"])) is None
            spare.set_running(second)
            running = jobs.wait("traveller", lambda job: job["status"].get("podUID") == second["metadata"]["uid"])[
                "status"
            ]
            assert (running["attempts"], running["node"]) == (2, spare.name)
            assert (running["budget"]["freeRestarts"], running["budget"]["failures"]) == (1, 0)
            spare.terminate(second, 0, message=DONE.encode().decode())
            done = jobs.wait_phase("traveller", "Succeeded")
        assert done["podUID"] == second["metadata"]["uid"]
        child = cluster.api.get(batch_jobs(jobs.namespace, "traveller"))
        assert (child["status"]["succeeded"], child["status"].get("failed", 0)) == (1, 0)
    writes = [(w.verb, w.subresource) for w in Lifecycle(cluster, jobs).pod_writes()]
    assert writes == [("delete", ""), ("patch", "status")]


@pytest.mark.slow
def test_a_node_that_is_heard_of_again_in_time_keeps_its_pod(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, lost_nodes: Nodes
) -> None:
    start_operator(node_lost_seconds=12)
    with lost_nodes.node("flaky") as flaky:
        jobs.create("patient", resources=GPUS)
        pod = lost_nodes.bound_to(flaky)
        flaky.set_running(pod)
        jobs.wait_phase("patient", "Running")
        lost_nodes.fall_silent(flaky)
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
        cluster.api.patch(
            nodes(flaky.name)._replace(subresource="status"), {"status": {"conditions": [ready]}}, "strategic"
        )
        assert Lifecycle(cluster, jobs).rests(14)
        flaky.terminate(pod, 0, message=DONE.encode().decode())
        assert jobs.wait_phase("patient", "Succeeded")["attempts"] == 1


@pytest.fixture
def account_without_nodes(cluster: ControlPlane, account: Path) -> Path:
    """The operator's rights but for those on nodes."""
    for document in installed(NAMESPACE, "nodeless", in_cluster=()):
        cluster.api.apply(document)
    return cluster.service_account_kubeconfig(NAMESPACE, "nodeless")


def test_without_rights_on_nodes_it_is_off_and_said_and_all_else_works(
    cluster: ControlPlane, jobs: Jobs, lost_nodes: Nodes, account_without_nodes: Path, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"namespaces": jobs.namespace, "leader_election": False, "node_lost_seconds": 1}
    with (
        OperatorProcess(account_without_nodes, tmp_path / "nodeless.log", **settings) as operator,
        lost_nodes.node("dark") as dark,
    ):
        jobs.create("unseen", resources=GPUS)
        pod = lost_nodes.bound_to(dark)
        dark.set_running(pod)
        jobs.wait_phase("unseen", "Running")
        lost_nodes.fall_silent(dark)
        let_pass(4, "longer than the limit")
        assert "deletionTimestamp" not in cluster.api.get(pods(jobs.namespace, pod["metadata"]["name"]))["metadata"]
        dark.terminate(pod, 0, message=DONE.encode().decode())
        jobs.wait_phase("unseen", "Succeeded")
        said = [line for line in operator.log.read_text().splitlines() if "nodes may not be read" in line]
    assert len(said) == 1
    assert "unreachable" in said[0]
