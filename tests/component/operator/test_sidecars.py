"""Containers that a webhook put beside the trainer: what fails of them is told, what outlives it holds no GPU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.api import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.cluster.resources import pods
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs, now
from tests.component.operator.troubles import Troubles, wait_reason
from tests.component.operator.webhook import INJECT_LABEL, Webhook
from tests.support.operator_process import OperatorProcess
from transferjob_trainer.contract import Termination

WRONG = Termination(reason="InvalidSpec", message="freeze.upTo: no layer nowhere in ResNet50")
IMAGE = {"image": "proxy:1"}
INJECTED: dict[str, tuple[str, Object]] = {
    "setup": ("initContainers", {"name": "setup", **IMAGE}),
    "proxy": ("containers", {"name": "proxy", **IMAGE}),
    "native": ("initContainers", {"name": "native", "restartPolicy": "Always", **IMAGE}),
}


@pytest.fixture
def node(cluster: ControlPlane, namespace: str, operator: OperatorProcess, tmp_path: Path) -> Iterator[Troubles]:
    with (
        Webhook(cluster, namespace, tmp_path / "webhook", containers=INJECTED),
        Troubles(cluster.api, namespace, "127.98.4.1") as node,
    ):
        yield node


def create(jobs: Jobs, name: str, injected: str, **run: Any) -> None:
    jobs.create(name, pod={"labels": {INJECT_LABEL: injected}}, run=run)


def beside(name: str, state: Object) -> Object:
    return {"name": name, "image": "proxy:1", "imageID": "", "restartCount": 0, "ready": False, "state": state}


def ended(code: int, message: str = "", *, seconds_ago: float = 0.0) -> Object:
    time = (datetime.now(UTC) - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"exitCode": code, "reason": "Error", "message": message, "startedAt": time, "finishedAt": time}
    return {"terminated": told}


def stays(node: Troubles, job: str, code: int, message: str = "") -> str:
    """The trainer of this job's pod ended a minute ago, and the container beside it goes on; returns the pod."""
    name = node.run(job)
    trainer = {**beside("trainer", ended(code, message, seconds_ago=61)), "image": "trainer:test"}
    proxy = beside("proxy", {"running": {"startedAt": now()}})
    node.show(name, "Running", {}, containerStatuses=[trainer, proxy])
    return name


@pytest.mark.checklist(26)
def test_what_fails_before_or_beside_the_trainer_is_named(cluster: ControlPlane, jobs: Jobs, node: Troubles) -> None:
    for name, injected in (("unprepared", "setup"), ("broken", "proxy"), ("waiting", "native")):
        create(jobs, name, injected, retries=0)
    node.show(node.bound("unprepared"), "Failed", {"waiting": {}}, initContainerStatuses=[beside("setup", ended(3))])
    trainer, proxy = beside("trainer", ended(0, DONE.encode().decode())), beside("proxy", ended(9))
    node.show(node.run("broken"), "Failed", {}, containerStatuses=[trainer, proxy])
    backs_off = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}
    node.show(node.bound("waiting"), "Pending", {"waiting": {}}, initContainerStatuses=[beside("native", backs_off)])
    for name, reason, part in (
        ("unprepared", "InitContainerFailed", "init container setup"),
        ("broken", "SidecarFailed", "container proxy beside the trainer failed with exit code 9"),
    ):
        failure = jobs.wait_phase(name, "Failed")["failure"]
        assert failure["reason"] == reason
        assert part in failure["message"]
    told = wait_reason(jobs, "waiting", "InitContainerFailed", "init container native")
    assert told["status"]["phase"] == "Starting"


@pytest.mark.checklist(3, 26)
def test_a_container_that_outlives_the_trainer_neither_loses_its_result_nor_holds_its_gpu(
    cluster: ControlPlane, jobs: Jobs, node: Troubles
) -> None:
    life = Lifecycle(cluster, jobs)
    for name in ("done", "wrong"):
        create(jobs, name, "proxy", retries=5)
    pod = stays(node, "done", 0, DONE.encode().decode())
    assert [c["name"] for c in cluster.api.get(pods(jobs.namespace, pod))["spec"]["containers"]] == ["trainer", "proxy"]
    status = jobs.wait_phase("done", "Succeeded")
    assert status["result"]["digest"] == (DONE.result and DONE.result.digest)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "done"))
    writes = [
        write for write in life.writes(0) if write in (("patch", "transferjobs", "status"), ("delete", "jobs", ""))
    ]
    assert writes[-1] == ("delete", "jobs", "")
    cluster.api.wait_for(pods(jobs.namespace, pod), lambda found: "deletionTimestamp" in found["metadata"])
    stays(node, "wrong", 64, WRONG.encode().decode())
    failed = jobs.wait_phase("wrong", "Failed")
    assert (failed["failure"]["reason"], failed["failure"]["exitCode"], failed["attempts"]) == ("InvalidSpec", 64, 1)
    assert WRONG.message in failed["failure"]["message"]
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "wrong"))


@pytest.mark.checklist(26)
def test_an_attempt_that_a_container_outlives_is_counted_once_and_followed_by_the_next(
    cluster: ControlPlane, jobs: Jobs, node: Troubles
) -> None:
    create(jobs, "crashed", "proxy", retries=1)
    pod = stays(node, "crashed", 1)
    told = wait_reason(jobs, "crashed", "SidecarRunning", pod)["status"]
    assert (told["phase"], told["budget"]["failures"]) == ("Restarting", 1)
    cluster.api.wait_for(pods(jobs.namespace, pod), lambda found: "deletionTimestamp" in found["metadata"])
    trainer, proxy = beside("trainer", ended(1, seconds_ago=61)), beside("proxy", ended(143))
    node.show(pod, "Failed", {}, containerStatuses=[trainer, proxy])
    cluster.api.delete(pods(jobs.namespace, pod), grace_seconds=0)
    node.end(node.run("crashed", deadline=40), 0, DONE.encode().decode())
    done = jobs.wait_phase("crashed", "Succeeded")
    assert (done["attempts"], done["budget"]["failures"]) == (2, 1)
