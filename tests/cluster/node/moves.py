"""The moves that a kubelet makes with a pod's state, one function each; real and scripted pods share them."""

from __future__ import annotations

import uuid
from typing import Any

from tests.cluster.node.clock import now
from tests.cluster.node.record import ContainerRecord, PodRecord

Json = dict[str, Any]
KILLED = 137
_EPOCH = "1970-01-01T00:00:00Z"


def set_running(container: ContainerRecord, started_at: str = "") -> None:
    """The container runs."""
    if "terminated" in container.state:
        container.last_state = container.state
    container.container_id = f"local://{uuid.uuid4().hex}"
    container.state = {"running": {"startedAt": started_at or now()}}


def terminate(
    container: ContainerRecord, exit_code: int, reason: str = "", message: str = "", finished_at: str = ""
) -> None:
    """The container has ended.

    Args:
        container: its record.
        exit_code: 0 to 255.
        reason: default Completed or Error, by the exit code.
        message: its termination message.
        finished_at: default now.
    """
    started = container.state.get("running", {}).get("startedAt") or _EPOCH
    container.container_id = container.container_id or f"local://{uuid.uuid4().hex}"
    ended: Json = {
        "exitCode": exit_code,
        "reason": reason or ("Error" if exit_code else "Completed"),
        "startedAt": started,
        "finishedAt": finished_at or now(),
        "containerID": container.container_id,
    }
    container.state = {"terminated": {**ended, **({"message": message} if message else {})}}


def reject(record: PodRecord, reason: str, message: str) -> None:
    """The node refuses the pod: Failed, and no container was ever made."""
    record.phase, record.reason, record.message = "Failed", reason, message
    record.containers, record.init_containers = [], []


def disrupt(record: PodRecord, reason: str, message: str) -> None:
    """Adds the condition DisruptionTarget."""
    record.disruption = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}


def evict(record: PodRecord, message: str, reason: str = "Evicted") -> None:
    """The node ends the pod for its own sake: Failed, with DisruptionTarget, whatever runs is killed."""
    record.phase, record.reason, record.message = "Failed", reason, message
    disrupt(record, "TerminationByKubelet", message)
    end_running(record, KILLED)


def end_running(record: PodRecord, exit_code: int, reason: str = "") -> None:
    """Ends the containers that run; those that wait stay as they are."""
    for container in [*record.init_containers, *record.containers]:
        if container.running:
            terminate(container, exit_code, reason)


def lose_containers(record: PodRecord, previous: Json) -> bool:
    """After a restart of the node: containers that ran before are gone.

    Args:
        record: of the pod, just made; changed to say what became of its containers.
        previous: the status in the API server.

    Returns:
        Whether anything had been running.
    """
    lost = False
    for entry in (previous.get("initContainerStatuses") or []) + (previous.get("containerStatuses") or []):
        container = record.container(entry["name"])
        container.restarts = entry.get("restartCount", 0)
        if "waiting" not in entry["state"]:
            lost = True
            container.state, container.container_id = entry["state"], entry.get("containerID", "")
        if container.running:
            text = "The container could not be located when the pod was terminated"
            terminate(container, KILLED, "ContainerStatusUnknown", text)
            container.restarts += record.restart_policy != "Never"
    return lost
