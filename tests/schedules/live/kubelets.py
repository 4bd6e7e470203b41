"""Two nodes of a schedule's own, and who speaks for the pods on them: nothing is run, and no scheduler is needed."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Self

from tests.cluster.api import Api, ApiError
from tests.cluster.node.clock import now
from tests.cluster.node.scripted import ScriptedNode
from tests.cluster.resources import nodes, pods
from tests.schedules.nodes import leaves
from tests.schedules.server import Object, finished_pod, owner_uid

ADDRESS = "127.97.0.1"
"""Nothing answers there: the trainers' progress is unknown, which must not matter."""
_LONGER_THAN_A_PAUSE = timedelta(seconds=700)
_OVERTAKEN = (404, 409, 422)


class Kubelets:
    """`with` makes the nodes and takes them away."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self._namespace = api, namespace
        self._nodes = [ScriptedNode(api, f"{namespace}-{place}", gpus=8, address=ADDRESS) for place in "ab"]
        self._silent: set[str] = set()
        self._hindrance = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for node in self._nodes:
            self._stack.enter_context(node)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def work(self) -> None:
        """One move for each pod that a node is to move: it is bound, it starts, or it ends because it must go."""
        for pod in self._pods():
            try:
                self._move(pod)
            except ApiError as error:
                if error.code not in _OVERTAKEN:
                    raise

    def running(self) -> Object | None:
        """A pod that runs where it can be heard; not one that was orphaned."""
        found = (pod for pod in self._reachable() if pod["status"]["phase"] == "Running" and not leaves(pod))
        return next((pod for pod in found if owner_uid(pod) is not None), None)

    def end(self, pod: Object, code: int, reason: str = "", message: str = "") -> None:
        """The trainer of a pod ends; so long ago, by its own words, that the Job controller's pause is over."""
        ended = (datetime.now(UTC) - _LONGER_THAN_A_PAUSE).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._of(pod).terminate(pod, code, reason, message, finished_at=ended)

    def hinder_start(self, reason: str) -> None:
        """No trainer can start, for this reason, until `let_start`."""
        self._hindrance = reason

    def let_start(self) -> None:
        """Trainers can start."""
        self._hindrance = ""

    def preempt(self) -> bool:
        """The cluster takes a running pod away for another one. Returns whether there was one."""
        pod = self.running()
        if pod is not None:
            self._of(pod).disrupt(pod, "PreemptionByScheduler", "taken (scripted)")
            self._api.delete(pods(self._namespace, pod["metadata"]["name"]))
        return pod is not None

    def fall_silent(self, number: int) -> bool:
        """Nobody hears of a node; what the node controller would say after 50 s is said at once."""
        node = self._nodes[number]
        if node.name in self._silent:
            return False
        self._silent.add(node.name)
        node.lose()
        told = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": now()}
        where = nodes(node.name)._replace(subresource="status")
        self._api.patch(where, {"status": {"conditions": [told]}}, "strategic")
        return True

    def speak(self, number: int) -> bool:
        """A silent node is heard again."""
        node = self._nodes[number]
        if node.name not in self._silent:
            return False
        node.come_back()
        self._silent.discard(node.name)
        return True

    def recover(self) -> None:
        """All nodes are heard of, and what could not start can."""
        self.let_start()
        for number in range(len(self._nodes)):
            self.speak(number)

    def _move(self, pod: Object) -> None:
        metadata, bound = pod["metadata"], pod["spec"].get("nodeName")
        if bound is None and not leaves(pod) and not finished_pod(pod):
            self._bind(pod)
        elif bound is None or bound in self._silent:
            return
        elif leaves(pod):
            if not finished_pod(pod):
                self.end(pod, 143 if pod["status"]["phase"] == "Running" else 137)
            self._api.delete(pods(self._namespace, metadata["name"]), grace_seconds=0)
        elif pod["status"]["phase"] == "Pending":
            self._start(pod)

    def _start(self, pod: Object) -> None:
        if self._hindrance:
            self._of(pod).wait(pod, self._hindrance, "no (scripted)")
        else:
            self._of(pod).set_running(pod, ADDRESS)

    def _bind(self, pod: Object) -> None:
        heard = [node for node in self._nodes if node.name not in self._silent]
        if heard:
            heard[0].bind(pod)

    def _reachable(self) -> list[Object]:
        return [
            pod
            for pod in self._pods()
            if pod["spec"].get("nodeName") and pod["spec"]["nodeName"] not in self._silent and not finished_pod(pod)
        ]

    def _of(self, pod: Object) -> ScriptedNode:
        return next(node for node in self._nodes if node.name == pod["spec"]["nodeName"])

    def _pods(self) -> list[Object]:
        return self._api.list(pods(self._namespace))
