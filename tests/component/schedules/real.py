"""The real side of a trace: the Job controller, scheduler and garbage collector of the control plane, a played node."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from tests.cluster.api import Api, ApiError, poll
from tests.cluster.resources import Resource, pods
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import PodPlayer, now
from tests.component.schedules.world import Object, Picture, Policy, child, picture

PATIENCE, HELD_SECONDS = 30.0, 0.7
JOB_OF_POD = "batch.kubernetes.io/job-name"


class RealWorld:
    """A World on the control plane, which must come to the given pictures, one at each look, and keep them."""

    def __init__(self, api: Api, player: PodPlayer, name: str, expected: list[Picture]) -> None:
        self._api, self._player, self._name = api, player, name
        self._expected = iter(expected)
        self._pod = ""

    def begin(self, *, retries: int = 3, suspend: bool = False) -> None:
        self._api.create(batch_jobs(self._player.namespace), child(self._name, retries, suspend))

    def run(self) -> None:
        self._pod = self._player.run(self._name, deadline=PATIENCE)
        # The controller makes the pod first; a suspension in between would keep it from telling the start at all.
        self._api.wait_for(self._job(), lambda job: bool(job["status"].get("startTime")), PATIENCE)

    def end(self, code: int) -> None:
        self._player.end(self._pod, code)

    def delete_pod(self) -> None:
        self._api.delete(self._where())

    def preempt(self) -> None:
        taken = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": "played"}
        told = {"status": {"conditions": [{**taken, "lastTransitionTime": now()}]}}
        self._api.patch(Resource("v1", "pods", self._player.namespace, self._pod, "status"), told, "strategic")
        self.delete_pod()

    def let_go(self, code: int = 143) -> None:
        self._api.wait_for(self._where(), lambda pod: "deletionTimestamp" in pod["metadata"], PATIENCE)
        self._player.end(self._pod, code)
        with suppress(ApiError):  # a pod that has ended may be gone at once
            self._api.delete(self._where(), grace_seconds=0)

    def suspend(self, suspend: bool) -> None:
        self._api.patch(self._job(), {"spec": {"suspend": suspend}})

    def delete(self, policy: Policy) -> None:
        self._api.delete(self._job(), propagation=policy)

    def look(self) -> None:
        wanted = next(self._expected)
        poll(self._picture, lambda found: found == wanted, PATIENCE, f"{self._name}: the model comes to {wanted}")
        with suppress(TimeoutError):
            poll(self._picture, _other_than(wanted), HELD_SECONDS, "a while of rest")
        assert self._picture() == wanted, f"{self._name} did not rest where the model does"

    def _picture(self) -> Picture:
        own: list[Object] = self._api.list(pods(self._player.namespace), labelSelector=f"{JOB_OF_POD}={self._name}")
        return picture(self._api.find(self._job()), own)

    def _job(self) -> Resource:
        return batch_jobs(self._player.namespace, self._name)

    def _where(self) -> Resource:
        return pods(self._player.namespace, self._pod)


def _other_than(wanted: Picture) -> Callable[[Picture], bool]:
    return lambda found: found != wanted
