"""A release of the real Helm on a real control plane: installed, upgraded, rolled back, gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chart.releases import ON_LOCAL_NODE, OPERATOR, install, objects, older, operators, values
from tests.cluster.api import Api, Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import Resource
from tests.component.operator.pods import DONE, Jobs, PodPlayer, playing
from tests.support.helm import CHART, NAMESPACE, RELEASE, Helm
from tests.support.operator_process import OperatorProcess

DEFINITION = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")
SECRETS, LEASES = Resource("v1", "secrets", NAMESPACE), Resource("coordination.k8s.io/v1", "leases", NAMESPACE)


@pytest.fixture(scope="module")
def player(own_cluster: ControlPlane) -> Iterator[PodPlayer]:
    with playing(own_cluster.api, "default") as player:
        yield player


@pytest.fixture(scope="module")
def local_node(own_cluster: ControlPlane) -> Iterator[LocalNode]:
    with LocalNode(own_cluster, labels=ON_LOCAL_NODE) as node:
        yield node


def test_a_release_comes_changes_and_goes_while_a_job_trains(
    own_cluster: ControlPlane, admin: Helm, player: PodPlayer, local_node: LocalNode, tmp_path: Path
) -> None:
    api, jobs = own_cluster.api, Jobs(own_cluster.api, "default")
    said = install(admin, values(own_cluster, tmp_path), older(tmp_path))
    assert "kubectl -n transferjob-system rollout status deployment/transferjob-operator" in said
    assert len(operators(api)) == 2
    _passes_the_chart_s_test(operators(api)[0])

    jobs.create("flowers")
    pod = player.run("flowers")
    uid = player.uid(pod)
    jobs.wait_phase("flowers", "Running")

    assert "shortNames" not in api.get(DEFINITION)["spec"]["names"]
    install(admin, values(own_cluster, tmp_path, settings={"workers": 3}, profiles={"cpu": {"resources": {"gpus": 0}}}))
    assert api.get(DEFINITION)["spec"]["names"]["shortNames"] == ["tj"]
    arguments = _arguments(api)
    assert {"--workers=3", "--profiles=/etc/transferjob/profiles.json"} <= arguments
    admin.run("rollback", RELEASE, "--namespace", NAMESPACE, "--wait", "--timeout", "60s")
    assert "--workers=8" in _arguments(api)
    assert player.uid(pod) == uid
    player.end(pod, 0, DONE.encode().decode())
    assert jobs.wait_phase("flowers", "Succeeded")["attempts"] == 1

    made = objects(admin, api)
    admin.run("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    assert [where for where in made if api.find(where)] == [DEFINITION]
    poll(lambda: operators(api), lambda left: left == [], 20, "no operator pod is left")
    assert [secret for secret in api.list(SECRETS) if secret["type"].startswith("helm.sh/")] == []
    # Made by the operator itself, and no bigger than its name: it goes with the namespace.
    assert [lease["metadata"]["name"] for lease in api.list(LEASES)] == [OPERATOR]
    assert jobs.get("flowers")["status"]["phase"] == "Succeeded"

    admin.run("install", RELEASE, CHART, "--namespace", NAMESPACE, "--set", "crds.keep=false")
    assert jobs.get("flowers")["status"]["phase"] == "Succeeded"
    admin.run("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    api.wait_gone(DEFINITION)


def test_an_operator_for_one_namespace_works_there_and_may_nothing_elsewhere(
    own_cluster: ControlPlane, admin: Helm, player: PodPlayer, tmp_path: Path
) -> None:
    api = own_cluster.api
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    admin.run("install", "team", CHART, "--namespace", NAMESPACE, "--set", "namespaces={default},replicas=1")
    account = "team-transferjob-operator"
    try:
        config = own_cluster.service_account_kubeconfig(NAMESPACE, account)
        with OperatorProcess(config, tmp_path / "log", namespaces="default", lease_name=account) as operator:
            operator.wait_leading()
            Jobs(api, "default").create("theirs")
            player.end(player.run("theirs", deadline=60), 0, DONE.encode().decode())
            Jobs(api, "default").wait_phase("theirs", "Succeeded")
        asked = [("transferjobs", "transferjob.dev", "list"), ("jobs", "batch", "create"), ("pods", "", "delete")]
        user = f"system:serviceaccount:{NAMESPACE}:{account}"
        allowed = {
            (where, *what): _may(api, user, where, *what) for where in ("default", "kube-system") for what in asked
        }
        assert {where for where, *_ in (key for key, may in allowed.items() if may)} == {"default"}
        assert all(may for (where, *_), may in allowed.items() if where == "default")
        assert not any(
            _may(api, user, where, "secrets", "", verb) for where in ("default", NAMESPACE) for verb in ("get", "list")
        )
    finally:
        admin.run("uninstall", "team", "--namespace", NAMESPACE)


def _passes_the_chart_s_test(pod: Object) -> None:
    """The program of `helm test`, without the Service that the local node cannot reach."""
    command: list[str | Path] = [
        sys.executable,
        CHART / "files/helm-test.py",
        f"http://{pod['status']['podIP']}:8081",
        "20",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "the operator is ready\n")


def _arguments(api: Api) -> set[str]:
    deployment = api.get(Resource("apps/v1", "deployments", NAMESPACE, OPERATOR))
    return set(deployment["spec"]["template"]["spec"]["containers"][0]["args"])


def _may(api: Api, user: str, namespace: str, resource: str, group: str, verb: str) -> bool:
    attributes = {"namespace": namespace, "verb": verb, "group": group, "resource": resource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": {"user": user, "resourceAttributes": attributes},
    }
    answer = api.create(Resource("authorization.k8s.io/v1", "subjectaccessreviews"), review)
    return bool(answer["status"]["allowed"])
