"""From a pod's record to the status patch that the kubelet would send."""

from __future__ import annotations

from typing import Any

from tests.cluster.node.clock import now
from tests.cluster.node.record import ContainerRecord, PodRecord

Json = dict[str, Any]


def status_of(record: PodRecord, previous: Json) -> Json:
    """The status of a pod, without what other components own.

    Args:
        record: what the node knows.
        previous: the status last seen or sent; conditions that have not changed keep their transition time.

    Returns:
        The fields of `status` that the kubelet owns, for a strategic merge patch.
    """
    phase = record.current_phase()
    status: Json = {
        "phase": phase,
        "startTime": record.start_time,
        "hostIP": record.host_ip,
        "hostIPs": _only(record.host_ip),
        "conditions": _conditions(record, phase, previous.get("conditions") or []),
    }
    if record.pod_ip:
        status |= {"podIP": record.pod_ip, "podIPs": _only(record.pod_ip)}
    if record.reason:
        status["reason"] = record.reason
    if record.message:
        status["message"] = record.message
    for key, containers in _statuses(record):
        # A rejected pod has none; null takes away what was written while it was looked at.
        status[key] = [container.status() for container in containers] or None
    return status


def _only(address: str) -> list[Json]:
    """A list of one address; lists of addresses are merged otherwise, and a node that comes back may have a new one."""
    return [{"$patch": "replace"}, {"ip": address}]


def _statuses(record: PodRecord) -> list[tuple[str, list[ContainerRecord]]]:
    return [("containerStatuses", record.containers), ("initContainerStatuses", record.init_containers)]


def _conditions(record: PodRecord, phase: str, previous: list[Json]) -> list[Json]:
    over = phase in ("Succeeded", "Failed")
    why = {"reason": "PodCompleted"} if phase == "Succeeded" else {"reason": "PodFailed"} if over else None
    all_run = bool(record.containers) and all(container.running for container in record.containers)
    unready = [container.name for container in record.containers if not container.running]
    not_ready = why or {
        "reason": "ContainersNotReady",
        "message": f"containers with unready status: [{' '.join(unready)}]",
    }
    sandbox = not over and any(c.container_id for c in [*record.init_containers, *record.containers])
    wanted = [
        _condition("PodReadyToStartContainers", sandbox, {}),
        _condition("Initialized", record.initialized, _not_initialized(record)),
        _condition("Ready", all_run and not over, not_ready),
        _condition("ContainersReady", all_run and not over, not_ready),
    ]
    if record.disruption:
        wanted.append(record.disruption)
    return [_timed(condition, previous) for condition in wanted]


def _not_initialized(record: PodRecord) -> Json:
    names = [container.name for container in record.init_containers if container.exit_code != 0]
    return {"reason": "ContainersNotInitialized", "message": f"containers with incomplete status: [{' '.join(names)}]"}


def _condition(kind: str, holds: bool, otherwise: Json) -> Json:
    # Reason and message are written empty when the condition holds: a merge would keep those of before.
    blank = {"reason": None, "message": None}
    return {"type": kind, "status": "True" if holds else "False", **blank, **({} if holds else otherwise)}


def _timed(condition: Json, previous: list[Json]) -> Json:
    before = next((entry for entry in previous if entry["type"] == condition["type"]), None)
    same = before is not None and before["status"] == condition["status"]
    return {**condition, "lastTransitionTime": before["lastTransitionTime"] if same and before else now()}
