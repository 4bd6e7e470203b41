"""Every way in which the operator asks something of the API server, each by a job that makes it do so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cluster.api import Api, Object, condition, poll
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer, ProgressEndpoint
from tests.component.operator.silent_nodes import GPUS, Nodes
from transferjob_operator.core.service import service_name

SECONDS = 60.0


class Walk:
    """The jobs of one namespace; every method returns when the operator has done what it is about."""

    def __init__(self, api: Api, jobs: Jobs, player: PodPlayer, nodes: Nodes) -> None:
        self._api, self._jobs, self._player, self._nodes = api, jobs, player, nodes

    def all(self) -> None:
        """Everything, what takes longest first."""
        self._jobs.create("nowhere", resources=NOWHERE)
        self._strangers()
        self._child_made_again()
        self._suspended_and_resumed()
        self._ended_with_a_log()
        self._ended_by_its_deadline()
        self._ended_and_deleted()
        self._stalled()
        self._on_a_lost_node()
        self._told("nowhere", lambda job: _reason(job) == "ResourceMissing")

    def _strangers(self) -> None:
        """Names that are taken: the operator looks at whose they are."""
        container = {"name": "main", "image": "stranger"}
        template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
        self._api.create(
            batch_jobs(self._jobs.namespace),
            {"metadata": {"name": "taken"}, "spec": {"suspend": True, "template": template}},
        )
        self._api.create(
            Resource("v1", "services", self._jobs.namespace),
            {"metadata": {"name": service_name("pair")}, "spec": {"ports": [{"port": 1}]}},
        )
        self._jobs.create("taken")
        self._jobs.create("pair", workers=2)
        for name in ("taken", "pair"):
            self._told(name, lambda job: _reason(job) == "NameConflict")

    def _child_made_again(self) -> None:
        """A vanished child is made again, twice with the same words."""
        self._jobs.create("again", resources=NOWHERE)
        uid = ""
        for _ in range(3):
            uid = str(self._child("again", _other_than(uid))["metadata"]["uid"])
            self._told("again", _has_child(uid))
            self._api.delete(batch_jobs(self._jobs.namespace, "again"))

    def _suspended_and_resumed(self) -> None:
        self._jobs.create("paused", resources=NOWHERE)
        self._child("paused", lambda _job: True)
        for suspend in (True, False):
            self._jobs.suspend("paused", suspend)
            self._child("paused", _is_suspended(suspend))

    def _ended_with_a_log(self) -> None:
        """A trainer that leaves no words."""
        self._jobs.create("crash", run={"retries": 0})
        self._player.end(self._player.run("crash"), 1)
        self._jobs.wait_phase("crash", "Failed", SECONDS)

    def _ended_by_its_deadline(self) -> None:
        self._jobs.create("short", run={"activeDeadlineSeconds": 1})
        pod = self._player.run("short")
        self._jobs.wait_phase("short", "Failed", SECONDS)
        self._player.let_go(pod)

    def _ended_and_deleted(self) -> None:
        self._jobs.create("done", run={"ttlSecondsAfterFinished": 0})
        self._player.end(self._player.run("done"), 0, DONE.encode().decode())
        self._api.wait_gone(self._jobs.at("done"), SECONDS)

    def _stalled(self) -> None:
        self._jobs.create("still", run={"stallTimeoutSeconds": 1})
        pod = self._player.run("still")
        with ProgressEndpoint(self._player.address, self._player.uid(pod)) as endpoint:
            endpoint.say(epoch=1, epochs=3)
            self._told("still", lambda job: condition(job, "TrainingStalled") == "True")
        self._player.let_go(pod)

    def _on_a_lost_node(self) -> None:
        with self._nodes.node("lost") as lost:
            self._jobs.create("traveller", resources=GPUS)
            pod = self._nodes.bound_to(lost)
            lost.set_running(pod)
            self._jobs.wait_phase("traveller", "Running")
            self._nodes.fall_silent(lost)
            where = Resource("v1", "pods", self._jobs.namespace, pod["metadata"]["name"])
            poll(lambda: self._api.find(where), lambda found: found is None, SECONDS, "the lost pod is given up")

    def _child(self, name: str, is_so: Callable[[Object], bool]) -> Object:
        return self._api.wait_for(batch_jobs(self._jobs.namespace, name), is_so, SECONDS)

    def _told(self, name: str, is_so: Callable[[Object], bool]) -> None:
        self._jobs.wait(name, lambda job: "status" in job and is_so(job), SECONDS)


def _reason(job: Object) -> Any:
    return next((c["reason"] for c in job["status"].get("conditions", ()) if c["type"] == "Running"), None)


def _other_than(uid: str) -> Callable[[Object], bool]:
    return lambda found: found["metadata"]["uid"] != uid


def _has_child(uid: str) -> Callable[[Object], bool]:
    return lambda job: job["status"].get("jobUID") == uid


def _is_suspended(wanted: bool) -> Callable[[Object], bool]:
    return lambda child: child["spec"]["suspend"] is wanted
