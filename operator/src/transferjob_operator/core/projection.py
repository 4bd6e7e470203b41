"""From Kubernetes' JSON to records. Absent and null fields, and fields of a wrong type, read as empty."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args

from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..api.identity import GROUP, KIND
from .naming import PROFILE_ANNOTATION, QUEUE_LABEL, controller_of
from .records import (
    STARTING_REASONS,
    ConditionRecord,
    ContainerState,
    JobRecord,
    Note,
    OtherContainer,
    PodPhase,
    PodRecord,
    Running,
    Terminated,
    Waiting,
)
from .times import parse_time

JOB_CONDITIONS = frozenset({"Complete", "Failed", "FailureTarget", "SuccessCriteriaMet", "Suspended"})
INDEX_ANNOTATION = "batch.kubernetes.io/job-completion-index"
MAX_TEXT = 4096
"""Bytes that the kubelet keeps of a termination message; other texts are shorter."""


def project_job(raw: Mapping[str, Any]) -> JobRecord:
    """The record of a batch Job."""
    metadata, spec, status = _part(raw, "metadata"), _part(raw, "spec"), _part(raw, "status")
    owner = controller_of(metadata) or {}
    return JobRecord(
        namespace=_shared(metadata, "namespace"),
        name=_text(metadata, "name"),
        uid=_text(metadata, "uid"),
        resource_version=_text(metadata, "resourceVersion"),
        owner_uid=owner.get("uid"),
        owner_name=owner.get("name"),
        transferjob=owner.get("kind") == KIND and str(owner.get("apiVersion")).startswith(f"{GROUP}/"),
        queue_name=_part(metadata, "labels").get(QUEUE_LABEL),
        suspended=spec.get("suspend") is True,
        active=_count(status, "active"),
        succeeded=_count(status, "succeeded"),
        failed=_count(status, "failed"),
        creation_time=parse_time(metadata.get("creationTimestamp")),
        start_time=parse_time(status.get("startTime")),
        completion_time=parse_time(status.get("completionTime")),
        deletion_time=parse_time(metadata.get("deletionTimestamp")),
        conditions=tuple(
            _condition(item) for item in _items(status, "conditions") if item.get("type") in JOB_CONDITIONS
        ),
        profile=sys.intern(str(_part(metadata, "annotations").get(PROFILE_ANNOTATION) or "")),
    )


def project_pod(raw: Mapping[str, Any]) -> PodRecord:
    """The record of a pod of a child Job."""
    metadata, status = _part(raw, "metadata"), _part(raw, "status")
    owner = controller_of(metadata) or {}
    conditions = {_text(item, "type"): item for item in _items(status, "conditions")}
    container = _trainer(status)
    return PodRecord(
        namespace=_shared(metadata, "namespace"),
        name=_text(metadata, "name"),
        uid=_text(metadata, "uid"),
        resource_version=_text(metadata, "resourceVersion"),
        job_uid=owner.get("uid"),
        job_name=owner.get("name"),
        phase=_phase(status),
        reason=_shared(status, "reason"),
        message=_text(status, "message"),
        ip=status.get("podIP") or None,
        node=_shared(_part(raw, "spec"), "nodeName") or None,
        started=container.get("started") is True,
        ready=container.get("ready") is True,
        creation_time=parse_time(metadata.get("creationTimestamp")),
        start_time=parse_time(status.get("startTime")),
        deletion_time=parse_time(metadata.get("deletionTimestamp")),
        scheduled=_optional_condition(conditions.get("PodScheduled")),
        disrupted=_optional_condition(conditions.get("DisruptionTarget")),
        container=_state(_part(container, "state")),
        image=_shared(container, "image"),
        others=tuple(_others(status)),
        claims=tuple(_claims(_part(raw, "spec"))),
        index=_index(_part(metadata, "annotations")),
    )


def project_note(raw: Mapping[str, Any]) -> Note:
    """The record of a core/v1 Event."""
    seen = (raw.get("lastTimestamp"), _part(raw, "series").get("lastObservedTime"), raw.get("eventTime"))
    return Note(
        object_uid=_text(_part(raw, "involvedObject"), "uid"),
        reason=_shared(raw, "reason"),
        message=_text(raw, "message"),
        time=next((time for time in map(parse_time, seen) if time is not None), None),
    )


def _index(annotations: Mapping[str, Any]) -> int:
    told = _text(annotations, INDEX_ANNOTATION)
    return int(told) if told.isdecimal() else 0


def _trainer(status: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((item for item in _items(status, "containerStatuses") if item.get("name") == CONTAINER_NAME), {})


def _claims(spec: Mapping[str, Any]) -> Iterator[str]:
    for volume in _items(spec, "volumes"):
        if name := _shared(_part(volume, "persistentVolumeClaim"), "claimName"):
            yield name


def _others(status: Mapping[str, Any]) -> Iterator[OtherContainer]:
    for field in ("initContainerStatuses", "containerStatuses"):
        for item in _items(status, field):
            state = _state(_part(item, "state"))
            if item.get("name") != CONTAINER_NAME and isinstance(state, Waiting | Terminated) and _in_trouble(state):
                yield OtherContainer(_shared(item, "name"), field == "initContainerStatuses", state)


def _in_trouble(state: Waiting | Terminated) -> bool:
    return state.reason not in STARTING_REASONS if isinstance(state, Waiting) else state.exit_code != 0


def _phase(status: Mapping[str, Any]) -> PodPhase:
    phase = status.get("phase") or "Pending"
    return cast(PodPhase, sys.intern(phase)) if phase in get_args(PodPhase) else "Unknown"


def _state(state: Mapping[str, Any]) -> ContainerState | None:
    if "terminated" in state:
        ended = _part(state, "terminated")
        return Terminated(
            exit_code=_count(ended, "exitCode"),
            signal=_count(ended, "signal"),
            reason=_shared(ended, "reason"),
            message=_text(ended, "message"),
            started_at=parse_time(ended.get("startedAt")),
            finished_at=parse_time(ended.get("finishedAt")),
        )
    if "running" in state:
        return Running(started_at=parse_time(_part(state, "running").get("startedAt")))
    if "waiting" in state:
        waiting = _part(state, "waiting")
        return Waiting(reason=_shared(waiting, "reason"), message=_text(waiting, "message"))
    return None


def _condition(raw: Mapping[str, Any]) -> ConditionRecord:
    return ConditionRecord(
        type=_shared(raw, "type"),
        true=raw.get("status") == "True",
        reason=_shared(raw, "reason"),
        message=_text(raw, "message"),
        time=parse_time(raw.get("lastTransitionTime")),
    )


def _optional_condition(raw: Mapping[str, Any] | None) -> ConditionRecord | None:
    return None if raw is None else _condition(raw)


def _part(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name)
    return value if isinstance(value, Mapping) else {}


def _items(raw: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = raw.get(name)
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, Mapping))


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _shared(raw: Mapping[str, Any], name: str) -> str:
    return sys.intern(_text(raw, name))


def _count(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    return value if isinstance(value, int) else 0
