"""Names at the edges of what Kubernetes takes, and values that would be code if anybody ran them."""

import json

import pytest

from tests.cluster.api import ApiError
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.support.operator_process import OperatorProcess
from transferjob_operator.core.naming import child_name
from transferjob_trainer.contract.environment import RUN_FILE_ANNOTATION

LONG = ".".join("a" * 62 for _ in range(4))
NAMES = ("a" * 63, "a" * 62 + "b", LONG + "x", LONG + "y", "dots.and-dashes", "7-begins-with-a-digit", "7")
HOSTILE = ("$(HOSTNAME)", "`id`", "; rm -rf / #", "{{ .Values.secret }}", "${PATH}", "../../etc/passwd", "'\"\\\n%s%n")


@pytest.mark.checklist(37)
def test_every_name_that_the_api_server_takes_runs(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    assert {len(name) for name in NAMES} >= {1, 63, 252}
    for name in NAMES:
        jobs.create(name)
    pods = {name: player.run(child_name(name), deadline=40) for name in NAMES}
    for name, pod in pods.items():
        running = jobs.wait_phase(name, "Running")
        assert (running["podName"], running["jobName"]) == (pod, child_name(name))
        player.end(pod, 0, DONE.encode().decode())
    for name in NAMES:
        assert jobs.wait_phase(name, "Succeeded")["jobUID"] == life.wait_child(child_name(name))["metadata"]["uid"]
    assert len({child_name(name) for name in NAMES}) == len(NAMES)


@pytest.mark.checklist(40)
def test_values_stay_values(cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs) -> None:
    life = Lifecycle(cluster, jobs)
    env = [{"name": f"USER_{number}", "value": value} for number, value in enumerate(HOSTILE)]
    jobs.create("plain", dataset={"uri": "sklearn://digits", "classes": ["a", "b"]})
    jobs.create("hostile", dataset={"uri": "sklearn://digits", "classes": list(HOSTILE)}, pod={"env": env})
    plain, hostile = (life.wait_child(name)["spec"]["template"] for name in ("plain", "hostile"))
    (expected,), (container,) = plain["spec"]["containers"], hostile["spec"]["containers"]
    for field in ("image", "command", "args", "volumeMounts", "securityContext"):
        assert container.get(field) == expected.get(field)
    assert hostile["spec"]["volumes"] == plain["spec"]["volumes"]
    run_file = json.loads(hostile["metadata"]["annotations"][RUN_FILE_ANNOTATION])
    assert run_file["dataset"]["classes"] == list(HOSTILE)
    given = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert [given[variable["name"]] for variable in env] == list(HOSTILE)


@pytest.mark.checklist(17, 38)
def test_an_object_of_a_megabyte_that_the_api_server_takes_is_told_what_is_too_long(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs
) -> None:
    jobs.create("huge", dataset={"uri": "sklearn://digits", "classes": [f"{n:0250d}" for n in range(4_000)]})
    jobs.create("small")
    failure = jobs.wait_phase("huge", "Failed")["failure"]
    assert failure["reason"] == "InvalidSpec"
    assert "at most 204800 bytes as a run file" in failure["message"]
    Lifecycle(cluster, jobs).wait_child("small")
    assert Lifecycle(cluster, jobs).child("huge") is None


@pytest.mark.checklist(40)
@pytest.mark.parametrize("reference", [{"name": "a", "namespace": "kube-system"}, {"name": "kube-system/a"}])
def test_a_secret_of_another_namespace_cannot_be_named(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, reference: dict[str, str]
) -> None:
    dataset = {"uri": "s3://bucket/flowers", "secretRef": reference}
    with pytest.raises(ApiError) as refused:
        cluster.api.create(jobs.at(), jobs.manifest("spy", dataset=dataset), fieldValidation="Strict")
    assert "spec.dataset.secretRef" in str(refused.value)
