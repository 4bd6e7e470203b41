"""Jobs across nodes, and a node that falls silent while the real trainer runs there."""

from __future__ import annotations

import json

import httpx

from tests.cluster.api import Api, Object, poll
from tests.cluster.resources import pods
from tests.component.operator.pods import Jobs
from tests.e2e_nodes.bucket import broken
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import BUCKET, NAMESPACE, trainjob
from tests.e2e_nodes.release import Release
from tests.e2e_nodes.steps import shows_progress, trains
from tests.e2e_nodes.story import Story
from tests.e2e_nodes.user import User
from tests.nodes.node import Node
from tests.nodes.world import World
from transferjob_operator.core.naming import JOB_NAME_LABEL
from transferjob_trainer.contract.progress import ENDPOINT_PORT, PROGRESS_PATH

_TRAIN_SECONDS = 800.0
_SILENT_SECONDS = 180.0
_EPOCHS = 16
"""So many that the attempt on the silent node still trains when the next one does, a minute and a half later."""


def test_two_workers(
    world: World, release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User, story: Story
) -> None:
    """Two workers of the real trainer find each other by name on two nodes; one model"""
    user.apply(trainjob("pair", workers=2))
    trains(jobs, "pair", _TRAIN_SECONDS)
    where = {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in _pods(api, "pair")}
    assert sorted(where.values()) == sorted(node.name for node in world.nodes)
    assert gpus.held() == dict.fromkeys(where, 1)
    status = jobs.wait_phase("pair", "Succeeded", _TRAIN_SECONDS)
    assert (status["attempts"], status["budget"]["failures"]) == (1, 0)
    assert broken(world.s3.path(BUCKET), status["result"]) == []
    story.see("two workers", where)
    gpus.wait_free()


def test_a_kubelet_stops(
    world: World, release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User, story: Story
) -> None:
    """A kubelet stops: the job goes on on the other node; the trainer that runs on where it was harms nothing"""
    training = {"epochs": _EPOCHS, "batchSize": 64, "checkpoint": {"everySeconds": 5}}
    user.apply(trainjob("traveller", training=training))
    trains(jobs, "traveller", _TRAIN_SECONDS)
    first = jobs.wait("traveller", lambda job: "checkpoint" in job["status"], _SILENT_SECONDS)["status"]
    zombie = _Trainer(api.get(pods(NAMESPACE, first["podName"])))
    lost = next(node for node in world.nodes if node.name == first["node"])
    lost.silence()
    try:
        second = jobs.wait("traveller", lambda job: _elsewhere(job, first), _SILENT_SECONDS)["status"]
        assert second["node"] not in ("", lost.name)
        assert (second["attempts"], second["budget"]["failures"]) == (2, 0)
        # Both train now, the one that was given up too.
        before = zombie.moved()
        assert before is not None, "the trainer on the silent node ended too early to harm anything"
        poll(zombie.moved, lambda now: now is not None and now > before, _SILENT_SECONDS, "its next step")
        done = jobs.wait_phase("traveller", "Succeeded", _TRAIN_SECONDS)
        poll(zombie.moved, lambda now: now is None, _TRAIN_SECONDS, "the end of the trainer on the silent node")
    finally:
        _hear(lost)
    assert (done["podUID"], done["attempts"]) == (second["podUID"], 2)
    assert jobs.get("traveller")["status"]["result"] == done["result"]
    bucket = world.s3.path(BUCKET)
    latest = json.loads((bucket / "traveller" / "latest.json").read_text())
    assert broken(bucket, done["result"]) == broken(bucket, latest) == []
    epochs = {"last heard at epoch": first["checkpoint"]["epoch"], "went on at epoch": second["progress"].get("epoch")}
    story.see("kubelet stopped", {"from": lost.name, "to": second["node"], **epochs})
    gpus.wait_free()


class _Trainer:
    """A trainer that nobody but the test looks at any more."""

    def __init__(self, pod: Object) -> None:
        self._url = f"http://{pod['status']['podIP']}:{ENDPOINT_PORT}{PROGRESS_PATH}"

    def moved(self) -> float | None:
        """Unix time of its last step; None when it has ended."""
        try:
            return float(httpx.get(self._url, trust_env=False, timeout=10).json()["updatedTime"])
        except httpx.TransportError:
            return None


def _elsewhere(job: Object, first: Object) -> bool:
    return shows_progress(job) and job["status"]["podUID"] != first["podUID"]


def _pods(api: Api, job: str) -> list[Object]:
    return api.list(pods(NAMESPACE), labelSelector=f"{JOB_NAME_LABEL}={job}")


def _hear(node: Node) -> None:
    node.speak()
    node.offer_gpus(2)
