"""Ways not to start, on the real control plane: each gets its reason and the cluster's own words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.component.operator.troubles import Troubles, wait_reason
from tests.support.operator_process import OperatorProcess

PULL = 'failed to pull and unpack image "registry.test/trainer:9": not found'
WAITING = {
    "pull": ("ErrImagePull", PULL, "ImagePull", "registry.test/trainer:9"),
    "backoff": ("ImagePullBackOff", f'Back-off pulling image "x": ErrImagePull: {PULL}', "ImagePull", PULL),
    "secret": ("CreateContainerConfigError", 'secret "s3-credentials" not found', "MissingSecret", "s3-credentials"),
    "config": ("CreateContainerConfigError", 'configmap "settings" not found', "MissingConfig", "settings"),
    "runtime": ("RunContainerError", "no such device: /dev/nvidia0", "ContainerNotStarted", "/dev/nvidia0"),
}
NFS = 'MountVolume.SetUp failed for volume "data" : mount failed: nfs server does not answer'


@pytest.fixture
def node(cluster: ControlPlane, namespace: str) -> Iterator[Troubles]:
    with Troubles(cluster.api, namespace, "127.98.1.1") as node:
        yield node


@pytest.mark.checklist(27)
def test_what_a_kubelet_waits_for_is_told(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    for name in (*WAITING, "mount", "good"):
        jobs.create(name)
    node.run("good")
    for name, (reason, message, _, _) in WAITING.items():
        node.waits(name, reason, message)
    node.tells(node.waits("mount", "ContainerCreating"), "FailedMount", NFS)
    for name, (_, _, reason, part) in WAITING.items():
        job = wait_reason(jobs, name, reason, part)
        assert (job["status"]["phase"], Jobs.says(job, "Running")) == ("Starting", "False")
    told = wait_reason(jobs, "mount", "MountFailed", "nfs server does not answer")
    assert told["status"]["phase"] == "Starting"
    jobs.wait_phase("good", "Running")


def test_a_changing_back_off_costs_no_write(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    jobs.create("flapping")
    pod = node.waits("flapping", "ErrImagePull", PULL)
    before = wait_reason(jobs, "flapping", "ImagePull")["metadata"]["resourceVersion"]
    jobs.create("sentinel")
    for _ in range(5):
        node.show(pod, "Pending", {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "x"'}})
        node.show(pod, "Pending", {"waiting": {"reason": "ErrImagePull", "message": PULL}})
    node.run("sentinel")
    jobs.wait_phase("sentinel", "Running")
    assert jobs.get("flapping")["metadata"]["resourceVersion"] == before


@pytest.mark.checklist(27)
def test_what_cannot_come_by_itself_ends_at_once_and_frees_the_gpu(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    jobs.create("misnamed")
    node.waits("misnamed", "InvalidImageName", "couldn't parse image name")
    status = jobs.wait_phase("misnamed", "Failed", 25)
    assert status["failure"]["reason"] == "InvalidImage"
    assert "couldn't parse image name" in status["failure"]["message"]
    cluster.api.wait_gone(Resource("batch/v1", "jobs", jobs.namespace, "misnamed"))


@pytest.mark.checklist(27, 31)
def test_the_schedulers_own_words_are_told(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    gpus = {"gpus": 1, "cpu": "100m", "memory": "64Mi"}
    jobs.create("unknown", resources={**gpus, "gpuResource": "example.com/mig-1g.5gb"})
    jobs.create("nowhere", pod={"nodeSelector": {"zone": "nowhere"}})
    jobs.create("claimless", dataset={"uri": "pvc://missing/flowers"})
    pending = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"metadata": {"name": "slow"}, "spec": {**pending, "storageClassName": "absent"}}
    cluster.api.create(Resource("v1", "persistentvolumeclaims", jobs.namespace), claim)
    jobs.create("unbound", dataset={"uri": "pvc://slow/flowers"})
    wait_reason(jobs, "unknown", "ResourceMissing", "Insufficient example.com/mig-1g.5gb")
    wait_reason(jobs, "nowhere", "Unschedulable", "didn't match Pod's node affinity/selector")
    wait_reason(jobs, "claimless", "VolumePending", 'persistentvolumeclaim "missing" not found')
    wait_reason(jobs, "unbound", "VolumePending", 'storageclass.storage.k8s.io "absent" not found', 45)
    assert {jobs.get(name)["status"]["phase"] for name in ("unknown", "nowhere", "claimless", "unbound")} == {"Pending"}


def test_a_warning_is_told_once_for_a_change_and_counted_when_it_comes_again(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    jobs.create("told")
    pod = node.waits("told", "ErrImagePull", PULL)
    wait_reason(jobs, "told", "ImagePull")
    node.show(pod, "Pending", {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "x"'}})
    node.waits("told", "CreateContainerConfigError", 'secret "s" not found')
    wait_reason(jobs, "told", "MissingSecret")
    node.waits("told", "ErrImagePull", PULL)
    wait_reason(jobs, "told", "ImagePull")
    node.run("told")
    jobs.wait_phase("told", "Running")
    events = Resource("events.k8s.io/v1", "events", jobs.namespace)

    def warnings() -> list[tuple[str, int]]:
        about = [e for e in cluster.api.list(events) if e["regarding"].get("kind") == "TransferJob"]
        return sorted((e["reason"], (e.get("series") or {}).get("count", 1)) for e in about if e["type"] == "Warning")

    poll(warnings, lambda told: told == [("ImagePull", 2), ("MissingSecret", 1)], 10, "two Events, one of them twice")
