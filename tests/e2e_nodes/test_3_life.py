"""Jobs that are stopped, and jobs that cannot run."""

from __future__ import annotations

from typing import Any

from tests.cluster.api import Api, Object
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.component.operator.troubles import message_of, reason_of, wait_reason
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import FINISH, NAMESPACE, scripted
from tests.e2e_nodes.release import Release
from tests.e2e_nodes.steps import trains
from tests.e2e_nodes.story import Story
from tests.e2e_nodes.user import User

_SECONDS = 90.0
_START_SECONDS = 45
_HOLDING: dict[str, tuple[str, dict[str, Any]]] = {
    "no-image": ("ImagePull", {"image": "nobody.invalid/trainer:1"}),
    "no-secret": ("MissingSecret", {"output": {"uri": "s3://models/x", "secretRef": {"name": "lost"}}}),
}
"""Reason and spec: pods with a node and its GPU."""
_NO_NODE = ("ResourceMissing", "Unschedulable")
"""The second while others hold GPUs: the scheduler then weighs whether their end would help."""
_WAITING: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {
    "no-claim": (("VolumePending",), '"lost" not found', {"dataset": {"uri": "pvc://lost/flowers"}}),
    "too-many": (_NO_NODE, "nvidia.com/gpu", {"resources": {"gpus": 3, "cpu": "50m", "memory": "64Mi"}}),
}
"""Reasons, a part of the message, spec: pods that wait for a node and hold nothing."""


def test_suspend_and_resume(release: Release, jobs: Jobs, gpus: Gpus, user: User) -> None:
    """Suspended: the trainer ends and its GPU is free; resumed: it goes on to its end"""
    user.apply(scripted("paused"))
    first = trains(jobs, "paused")["podName"]
    assert gpus.held() == {first: 1}
    user.transferjob("suspend", "paused")
    jobs.wait_phase("paused", "Suspended", _SECONDS)
    gpus.wait_free()
    user.transferjob("resume", "paused")
    second = jobs.wait_phase("paused", "Running", _SECONDS)["podName"]
    assert second != first
    user.kubectl("exec", second, "--", *FINISH)
    jobs.wait_phase("paused", "Succeeded", _SECONDS)
    gpus.wait_free()


def test_what_cannot_start(release: Release, jobs: Jobs, gpus: Gpus, user: User, story: Story) -> None:
    """Bad image, missing secret: told, and ended by the start timeout; missing claim, too many GPUs: they wait"""
    run = {"startTimeoutSeconds": _START_SECONDS}
    specs = {name: spec for name, (_, spec) in _HOLDING.items()} | {name: spec for name, (*_, spec) in _WAITING.items()}
    for name, spec in specs.items():
        user.apply(scripted(name, run=run, **spec))
    for name, (reason, _) in _HOLDING.items():
        told = wait_reason(jobs, name, reason, deadline=_SECONDS)
        assert told["status"]["phase"] == "Starting"
    for name, (reasons, part, _) in _WAITING.items():
        assert reason_of(_told(jobs, name, part)) in reasons
    for name, (reason, _) in _HOLDING.items():
        failure = jobs.wait_phase(name, "Failed", _START_SECONDS + _SECONDS)["failure"]
        assert failure["reason"] == reason
        assert f"within {_START_SECONDS}" in failure["message"], failure
    gpus.wait_free()
    assert {jobs.get(name)["status"]["phase"] for name in _WAITING} == {"Pending"}
    story.see("reasons", {name: message_of(jobs.get(name)) for name in specs})
    user.transferjob("delete", *_WAITING)


def test_a_name_that_cannot_be(release: Release, jobs: Jobs, gpus: Gpus, user: User) -> None:
    """An image name that is none: ended at once"""
    user.apply(scripted("no-name", image="Not-An:Image:Name"))
    assert jobs.wait_phase("no-name", "Failed", _SECONDS)["failure"]["reason"] == "InvalidImage"
    gpus.wait_free()


def test_quota(release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User) -> None:
    """A quota that is used up: the second job waits without a GPU, and starts when the first is done"""
    quota = Resource("v1", "resourcequotas", NAMESPACE, "gpus")
    hard = {"requests.nvidia.com/gpu": "1"}
    api.apply(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "gpus", "namespace": NAMESPACE},
            "spec": {"hard": hard},
        }
    )
    try:
        user.apply(scripted("within"))
        first = trains(jobs, "within")["podName"]
        user.apply(scripted("beyond"))
        wait_reason(jobs, "beyond", "QuotaExceeded", "gpus", deadline=_SECONDS)
        assert gpus.held() == {first: 1}
        user.kubectl("exec", first, "--", *FINISH)
        second = jobs.wait_phase("beyond", "Running", _SECONDS)["podName"]
        user.kubectl("exec", second, "--", *FINISH)
        jobs.wait_phase("beyond", "Succeeded", _SECONDS)
    finally:
        api.delete(quota)
    gpus.wait_free()


def _told(jobs: Jobs, name: str, part: str) -> Object:
    """The job once its message has this part."""
    return jobs.wait(name, lambda job: part in message_of(job), _SECONDS)
