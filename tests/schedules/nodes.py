"""A model of the scheduler, the kubelets and the node controller: what becomes of pods on two nodes."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.schedules.server import Object, Server, finished_pod, has, owner_uid, with_condition

NODES = ("node-1", "node-2")


@dataclass
class Nodes:
    """The nodes, and who is allowed to speak for the pods on them."""

    server: Server
    silent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in NODES:
            self.server.create("nodes", {"metadata": {"name": name}, "status": self._ready("True")})

    def bind(self) -> bool:
        """The scheduler gives the first pod that waits its node. Returns whether there was one and a node for it."""
        free = [name for name in NODES if name not in self.silent]
        waiting = [pod for pod in self._pods() if not pod["spec"].get("nodeName") and not finished_pod(pod)]
        if not free or not waiting:
            return False
        told = with_condition(waiting[0], "PodScheduled", "True", self.server.time)
        self._patch(waiting[0], {"spec": {"nodeName": free[0]}, "status": {"conditions": told}})
        return True

    def start(self) -> bool:
        """The first pod that is bound and has not started starts its trainer."""
        pods = [pod for pod in self._reachable() if pod["status"]["phase"] == "Pending" and not leaves(pod)]
        if pods:
            running = _status("running", {"startedAt": self.server.time})
            self._patch(pods[0], {"status": {"phase": "Running", "podIP": "127.0.0.9", **running}})
        return bool(pods)

    def stick(self, reason: str) -> None:
        """What is bound and has not started cannot start."""
        for pod in self._reachable():
            if pod["status"]["phase"] == "Pending":
                self._patch(pod, {"status": _status("waiting", {"reason": reason, "message": "no (model)"})})

    def end(self, code: int, reason: str = "", message: str = "") -> None:
        """The trainer of the pod that runs ends; one that somebody has orphaned runs on."""
        for pod in self._reachable():
            if pod["status"]["phase"] == "Running" and owner_uid(pod) is not None:
                self._report_end(pod, code, reason, message)
                return

    def kill(self, code: int) -> bool:
        """Pods that are to go end with this code, and their kubelets let go of them."""
        before = self.server.version
        for pod in self._reachable(finished=True):
            if leaves(pod):
                name = pod["metadata"]["name"]
                if not finished_pod(pod):
                    self._report_end(pod, code if pod["status"]["phase"] == "Running" else 137, "", "")
                self.server.delete("pods", name, grace=0)
        return self.server.version != before

    def fall_silent(self, name: str) -> None:
        """Nobody hears of the node."""
        self.silent.add(name)
        self.server.patch("nodes", name, {"status": self._ready("Unknown")})

    def speak(self, name: str) -> None:
        """The node is heard of again."""
        self.silent.discard(name)
        self.server.patch("nodes", name, {"status": self._ready("True")})

    def evict(self) -> bool:
        """The taint manager marks the pods on silent nodes; nothing there hears of it."""
        before = self.server.version
        for pod in self._pods():
            if pod["spec"].get("nodeName") in self.silent and not leaves(pod) and not finished_pod(pod):
                self.disrupt(pod, "DeletionByTaintManager")
        return self.server.version != before

    def disrupt(self, pod: Object, reason: str) -> None:
        """The cluster takes a pod away."""
        told = with_condition(pod, "DisruptionTarget", "True", self.server.time, reason, "taken (model)")
        self._patch(pod, {"status": {"conditions": told}})
        self.server.delete("pods", pod["metadata"]["name"])

    def preempt(self) -> None:
        """The scheduler takes the pod that runs away for another one."""
        for pod in self._reachable():
            if not leaves(pod) and has(pod, "DisruptionTarget") is None:
                self.disrupt(pod, "PreemptionByScheduler")

    def _report_end(self, pod: Object, code: int, reason: str, message: str) -> None:
        started: Object = next(
            (item["state"].get("running", {}) for item in pod["status"].get("containerStatuses") or ()), {}
        )
        ended = {
            "exitCode": code,
            "reason": reason or ("Error" if code else "Completed"),
            "message": message,
            "startedAt": started.get("startedAt", self.server.time),
            "finishedAt": self.server.time,
        }
        phase = "Failed" if code else "Succeeded"
        self._patch(pod, {"status": {"phase": phase, **_status("terminated", ended)}})

    def _reachable(self, *, finished: bool = False) -> list[Object]:
        return [
            pod
            for pod in self._pods()
            if pod["spec"].get("nodeName") and pod["spec"]["nodeName"] not in self.silent
            if finished or not finished_pod(pod)
        ]

    def _pods(self) -> list[Object]:
        return self.server.all("pods")

    def _patch(self, pod: Object, patch: Object) -> Object:
        return self.server.patch("pods", pod["metadata"]["name"], patch)

    def _ready(self, status: str) -> Object:
        return {"conditions": [{"type": "Ready", "status": status, "lastTransitionTime": self.server.time}]}


def leaves(item: Object) -> bool:
    """The object's deletion has been asked for."""
    return "deletionTimestamp" in item["metadata"]


def _status(state: str, detail: Object) -> Object:
    up = state == "running"
    told = {"name": "trainer", "image": "trainer:1", "ready": up, "started": up, "state": {state: detail}}
    return {"containerStatuses": [told]}
