"""What a pod refers to and is not there yet."""

from typing import Any

from tests.component.node.workloads import Workloads, state


def waits_with(reason: str) -> Any:
    return lambda pod: state(pod).get("waiting", {}).get("reason") == reason


def test_a_missing_secret_of_a_volume_is_an_event_until_it_appears(work: Workloads) -> None:
    volume = {"name": "keys", "secret": {"secretName": "keys"}}
    work.run("mounts", "cat /keys/a", {"volumes": [volume]}, volumeMounts=[{"name": "keys", "mountPath": "/keys"}])

    message = work.wait_event("FailedMount")["message"]
    assert message == 'MountVolume.SetUp failed for volume "keys" : secret "keys" not found'
    assert state(work.wait("mounts", waits_with("ContainerCreating"))) == {"waiting": {"reason": "ContainerCreating"}}

    work.api.create(work.at("secrets"), {"metadata": {"name": "keys"}, "stringData": {"a": "b"}})
    assert work.wait_ended("mounts")["status"]["phase"] == "Succeeded"
    assert work.logs("mounts") == "b"


def test_a_missing_secret_or_key_of_a_variable_is_the_waiting_reason(work: Workloads) -> None:
    variable = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "a"}}}
    work.run("reads", 'printf "$KEY"', env=[variable])

    pod = work.wait("reads", waits_with("CreateContainerConfigError"))
    assert state(pod)["waiting"]["message"] == 'secret "keys" not found'

    work.api.create(work.at("secrets"), {"metadata": {"name": "keys"}, "stringData": {"c": "d"}})
    missing_key = f"couldn't find key a in Secret {work.namespace}/keys"
    work.wait("reads", lambda found: state(found).get("waiting", {}).get("message") == missing_key)

    work.api.patch(work.at("secrets", "keys"), {"stringData": {"a": "b"}})
    work.wait_ended("reads")
    assert work.logs("reads") == "b"


def test_what_is_optional_may_be_missing(work: Workloads) -> None:
    volume = {"name": "keys", "configMap": {"name": "none", "optional": True}}
    variable = {"name": "KEY", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "a", "optional": True}}}
    work.run(
        "content",
        'ls -A /keys | wc -l; echo "[${KEY-unset}]"',
        {"volumes": [volume]},
        env=[variable],
        envFrom=[{"secretRef": {"name": "none", "optional": True}}],
        volumeMounts=[{"name": "keys", "mountPath": "/keys"}],
    )

    work.wait_ended("content")
    assert work.logs("content") == "0\n[unset]\n"


def test_a_waiting_pod_can_be_deleted(work: Workloads) -> None:
    work.run("stuck", "true", envFrom=[{"secretRef": {"name": "none"}}])
    work.wait("stuck", waits_with("CreateContainerConfigError"))

    work.delete("stuck")

    work.api.wait_gone(work.at("pods", "stuck"))
