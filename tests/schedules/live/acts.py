"""What users, the cluster and the network do; each method is a step that a plan may name.

One that finds nothing to do returns False, or lets the API server's refusal through.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from tests.schedules.live.world import World
from tests.schedules.truth import NAME
from tests.support.builders import make_result_message
from tests.support.kueue import QUEUE_LABEL

PATIENCE_SECONDS = 3.0
Policy = Literal["Background", "Foreground", "Orphan"]
_NOBODY = "nobody"
"""The scheduler of all pods: the nodes of a schedule bind theirs themselves."""
_RUN = {"retries": 3, "terminationGracePeriodSeconds": 30}
_STRANGER = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": NAME},
    "spec": {
        "suspend": True,
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "other", "image": "other:1"}]}},
    },
}


class Acts:
    """The steps, done to one world."""

    def __init__(self, world: World) -> None:
        self._world, self._api, self._view = world, world.cluster.api, world.view

    def create(self, *, queued: bool, suspend: bool = False) -> None:
        """A user creates the job."""
        manifest = self._world.jobs.manifest(NAME, run={**_RUN, "suspend": suspend}, pod={"schedulerName": _NOBODY})
        manifest["metadata"]["labels"] = {QUEUE_LABEL: "team-a"} if queued else {}
        self._api.create(self._world.jobs.at(), manifest)

    def wait(self, holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        """Time goes on, all being well, until something holds, or for so long. Returns whether it holds."""
        deadline = time.monotonic() + seconds
        while not (done := holds()) and time.monotonic() < deadline:
            self._world.pass_time(0.1)
        return done

    def all_goes_well(self) -> None:
        self._world.kubelets.let_start()
        self._world.pass_time(1.0)

    def user_suspends(self) -> None:
        self._world.jobs.suspend(NAME, True)

    def user_resumes(self) -> None:
        self._world.jobs.suspend(NAME, False)

    def user_sets_a_limit(self, name: str, seconds: int) -> None:
        self._world.audit.edit(NAME, **{name: seconds})

    def user_deletes(self, policy: Policy) -> bool:
        if self._view.get("transferjobs", NAME) is None:
            return False
        self._view.orphaning |= policy == "Orphan"
        self._api.delete(self._world.jobs.at(NAME), propagation=policy)
        return True

    def user_creates_again(self, queued: bool) -> None:
        self.wait(lambda: self._view.get("transferjobs", NAME) is None)
        self.create(queued=queued)

    def somebody_deletes_the_child(self, policy: Policy) -> None:
        self._api.delete(self._view.at("jobs").named(NAME), propagation=policy, missing_ok=False)

    def somebody_deletes_the_pods(self) -> bool:
        found = self._view.all("pods")
        for pod in found:
            self._api.delete(self._view.at("pods").named(pod["metadata"]["name"]))
        return bool(found)

    def a_stranger_takes_the_name(self) -> None:
        """Somebody deletes the child, and is faster than the operator, or is not."""
        self._api.delete(self._view.at("jobs").named(NAME))
        made = self._api.create(self._view.at("jobs"), _STRANGER)
        self._view.strangers.add(made["metadata"]["uid"])

    def kueue_admits(self) -> bool:
        return self._world.queue.admit()

    def kueue_evicts(self) -> bool:
        return self._world.queue.displace()

    def trainer_cannot_start(self, reason: str) -> None:
        self._world.kubelets.hinder_start(reason)

    def trainer_ends(self, code: int, reason: str) -> bool:
        self.wait(lambda: self._world.kubelets.running() is not None)
        pod = self._world.kubelets.running()
        if pod is not None:
            self._world.kubelets.end(pod, code, reason, "" if code else make_result_message())
        return pod is not None

    def pod_is_preempted(self) -> bool:
        return self._world.kubelets.preempt()

    def node_falls_silent(self, number: int) -> bool:
        return self._world.kubelets.fall_silent(number)

    def node_is_heard_again(self, number: int) -> bool:
        return self._world.kubelets.speak(number)

    def operator_dies(self) -> None:
        self._world.kill()

    def operator_pauses(self) -> None:
        self._world.pause()

    def operator_goes_on(self) -> None:
        self._world.go_on()

    def writes_go_wrong(self, plan: tuple[str | None, ...]) -> None:
        self._world.faults.plan_writes(plan)

    def weather_changes(self, name: str) -> None:
        self._world.faults.change_weather(name)
