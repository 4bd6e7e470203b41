"""What the node knows of a running pod, and the status that the kubelet would write from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.cluster.node.clock import now

Json = dict[str, Any]
CREATING, INITIALIZING = {"waiting": {"reason": "ContainerCreating"}}, {"waiting": {"reason": "PodInitializing"}}


@dataclass
class ContainerRecord:
    """State of one container, in the API's own form."""

    name: str
    image: str
    state: Json = field(default_factory=lambda: dict(CREATING))
    last_state: Json = field(default_factory=dict)
    restarts: int = 0
    container_id: str = ""
    ready_when_running: bool = True

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return "running" in self.state

    @property
    def exit_code(self) -> int | None:
        """Its exit code, once it has ended for now."""
        return self.state["terminated"]["exitCode"] if "terminated" in self.state else None

    def wait_for(self, reason: str, message: str = "") -> None:
        """Moves to a waiting state; an earlier end is kept as the last state."""
        if "terminated" in self.state:
            self.last_state = self.state
        self.state = {"waiting": {"reason": reason, **({"message": message} if message else {})}}

    def status(self) -> Json:
        """The entry of `containerStatuses`."""
        done = self.exit_code == 0
        entry: Json = {
            "name": self.name,
            "image": self.image,
            "imageID": "",
            "state": self.state,
            "lastState": self.last_state,
            "restartCount": self.restarts,
            "ready": self.running if self.ready_when_running else done,
            "started": self.running,
        }
        return entry | ({"containerID": self.container_id} if self.container_id else {})


@dataclass
class PodRecord:
    """State of one pod; `phase` is set only where it does not follow from the containers."""

    restart_policy: str
    containers: list[ContainerRecord]
    init_containers: list[ContainerRecord] = field(default_factory=list)
    host_ip: str = ""
    pod_ip: str = ""
    start_time: str = field(default_factory=now)
    phase: str = ""
    reason: str = ""
    message: str = ""
    disruption: Json | None = None
    ending: bool = False

    @classmethod
    def of(cls, pod: Json, host_ip: str) -> PodRecord:
        """The record of a pod that has just been bound."""
        spec = pod["spec"]
        inits = [
            ContainerRecord(c["name"], c["image"], ready_when_running=False) for c in spec.get("initContainers") or []
        ]
        mains = [ContainerRecord(c["name"], c["image"]) for c in spec["containers"]]
        if inits:
            for record in [*inits, *mains]:
                record.state = dict(INITIALIZING)
        start = (pod.get("status") or {}).get("startTime") or now()
        return cls(spec.get("restartPolicy", "Always"), mains, inits, host_ip, start_time=start)

    @property
    def initialized(self) -> bool:
        """Whether every init container has succeeded."""
        return all(record.exit_code == 0 for record in self.init_containers)

    def container(self, name: str) -> ContainerRecord:
        """The record of a container; raises KeyError when there is none."""
        for record in [*self.init_containers, *self.containers]:
            if record.name == name:
                return record
        raise KeyError(f"the pod has no container {name!r}")

    def current_phase(self) -> str:
        """The phase, by the kubelet's rules.

        Source: getPhase in the kubelet: containers that may run again keep the pod Running; a pod on its way out counts
        every end as final.
        """
        if self.phase:
            return self.phase
        final = self.ending or self.restart_policy == "Never"
        failed_init = any(record.exit_code not in (0, None) for record in self.init_containers)
        if failed_init and final:
            return "Failed"
        if not self.initialized:
            return "Pending"
        codes = [record.exit_code for record in self.containers]
        if None not in codes:
            return self._phase_at_end(final, all(code == 0 for code in codes))
        begun = any(r.running or r.last_state or r.exit_code is not None for r in self.containers)
        return "Running" if begun else "Pending"

    def _phase_at_end(self, final: bool, succeeded: bool) -> str:
        if not final and (self.restart_policy == "Always" or not succeeded):
            return "Running"
        return "Succeeded" if succeeded else "Failed"
