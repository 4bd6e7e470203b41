"""Ways to end, through the real Job controller: what the trainer chose, what killed it, and what took its pod away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs, now
from tests.component.operator.troubles import Troubles, message_of, reason_of
from tests.support.operator_process import OperatorProcess

KILLED = {"exitCode": 137, "reason": "OOMKilled"}
SHARES = (
    "Allocate failed due to rpc error: code = Unknown desc = request for 'nvidia.com/gpu: 2' too large: "
    "maximum request size for shared resources is 1, which is unexpected"
)
EXITS: dict[str, tuple[dict[str, Any], str, str]] = {
    "one": ({"exitCode": 1}, "Crash", "exit code 1:"),
    "two": ({"exitCode": 2}, "Crash", "exit code 2:"),
    "noexec": ({"exitCode": 126}, "InvalidImage", "cannot be executed"),
    "nocommand": ({"exitCode": 127}, "InvalidImage", "no such command"),
    "abort": ({"exitCode": 134}, "Crash", "signal 6"),
    "oom": (KILLED, "OutOfMemory", "resources.memory"),
    "kill": ({"exitCode": 137}, "Killed", "signal 9"),
    "fault": ({"exitCode": 139}, "Crash", "signal 11"),
    "term": ({"exitCode": 143}, "Killed", "signal 15"),
}


@pytest.fixture
def node(cluster: ControlPlane, namespace: str) -> Iterator[Troubles]:
    with Troubles(cluster.api, namespace, "127.98.3.1") as node:
        yield node


@pytest.mark.checklist(26)
def test_exit_codes_are_told_apart(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    for name in EXITS:
        jobs.create(name, run={"retries": 0})
    for name, (terminated, _, _) in EXITS.items():
        node.ends(name, **{"reason": "Error", **terminated})
    told = {name: jobs.wait_phase(name, "Failed", 40)["failure"] for name in EXITS}
    for name, (terminated, reason, part) in EXITS.items():
        assert (told[name]["reason"], told[name]["exitCode"]) == (reason, terminated["exitCode"]), name
        assert part in told[name]["message"]
    assert len({failure["message"] for failure in told.values()}) == len(EXITS)


@pytest.mark.checklist(26)
def test_an_image_without_the_trainer_is_not_tried_again(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    jobs.create("wrong-image", run={"retries": 5})
    node.ends("wrong-image", exitCode=127, reason="Error")
    status = jobs.wait_phase("wrong-image", "Failed", 30)
    assert (status["attempts"], status["failure"]["reason"]) == (1, "InvalidImage")


@pytest.mark.checklist(28)
def test_a_pod_that_is_taken_away_or_refused_is_told_and_tried_again(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    for name in ("refused", "evicted"):
        jobs.create(name, run={"retries": 1})
    disrupted = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "TerminationByKubelet",
        "message": "low memory",
    }
    disrupted["lastTransitionTime"] = now()
    node.refuses("refused", "UnexpectedAdmissionError", "Allocate failed: no healthy devices present")
    node.refuses("evicted", "Evicted", "The node was low on resource: memory.", [disrupted])
    seen = jobs.wait("refused", lambda job: "PodRejected" in reason_of(job), 20)
    assert "no healthy devices" in message_of(seen)
    assert "low memory" in message_of(jobs.wait("evicted", lambda job: reason_of(job) == "Evicted", 20))
    for name in ("refused", "evicted"):
        node.run(name, deadline=40)
        assert jobs.wait_phase(name, "Running", 30)["attempts"] == 2
    check_warnings(cluster, jobs.namespace)


@pytest.mark.checklist(31)
def test_several_shares_of_one_gpu_are_told_and_not_asked_for_again(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, node: Troubles
) -> None:
    jobs.create("shares", run={"retries": 5})
    node.refuses("shares", "UnexpectedAdmissionError", SHARES)
    status = jobs.wait_phase("shares", "Failed")
    assert (status["failure"]["reason"], status["attempts"]) == ("SharedGPURequest", 1)
    assert "maximum request size for shared resources is 1" in status["failure"]["message"]
    assert "resources.gpus to 1" in status["failure"]["message"]
    cluster.api.wait_gone(Resource("batch/v1", "jobs", jobs.namespace, "shares"))


def check_warnings(cluster: ControlPlane, namespace: str) -> None:
    events = cluster.api.list(Resource("events.k8s.io/v1", "events", namespace))
    notes = [event["note"] for event in events if event["reason"] == "Restarting"]
    assert len(notes) == len(set(notes)) == 2
