"""What the store keeps of child Jobs and pods: small immutable records in place of whole objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PodPhase = Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"]
STARTING_REASONS = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Waiting reasons of a container whose turn has not come."""


@dataclass(frozen=True, slots=True)
class ConditionRecord:
    """A condition of a Job or pod."""

    type: str
    true: bool
    reason: str
    message: str
    time: datetime | None
    """Last transition."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A batch Job that carries our labels."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    owner_uid: str | None
    """UID of its controller; a TransferJob's where the Job is ours."""
    owner_name: str | None
    transferjob: bool
    """The controller is a TransferJob."""
    queue_name: str | None
    """Queue label as it is on the Job now."""
    suspended: bool
    active: int
    succeeded: int
    failed: int
    creation_time: datetime | None
    start_time: datetime | None
    """Reset by the Job controller at each resume."""
    completion_time: datetime | None
    deletion_time: datetime | None
    conditions: tuple[ConditionRecord, ...]
    """Complete, Failed, FailureTarget, SuccessCriteriaMet and Suspended, as far as present."""
    profile: str = ""
    """The profile that it was made with, as JSON; empty where it was made without."""

    def condition(self, kind: str) -> ConditionRecord | None:
        """The condition of this type when it is true."""
        return next((condition for condition in self.conditions if condition.type == kind and condition.true), None)

    @property
    def finished(self) -> bool:
        """Complete or Failed; the Job controller has nothing more to do."""
        return self.condition("Complete") is not None or self.condition("Failed") is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The container has not started."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Running:
    """The container runs."""

    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Terminated:
    """The container has ended."""

    exit_code: int
    signal: int
    reason: str
    message: str
    """Termination message, as the trainer wrote it."""
    started_at: datetime | None
    finished_at: datetime | None


ContainerState = Waiting | Running | Terminated


@dataclass(frozen=True, slots=True)
class OtherContainer:
    """A container that an admission webhook put beside the trainer. One that does well is not kept."""

    name: str
    init: bool
    """It runs before the trainer."""
    state: Waiting | Terminated
    """Waiting for something that does not come by itself, or ended with another code than 0."""


@dataclass(frozen=True, slots=True)
class Note:
    """A Warning Event about a child: the cluster's words. They colour a sentence and decide nothing."""

    object_uid: str
    """UID of the Job, pod or claim that it is about."""
    reason: str
    message: str
    time: datetime | None
    """When it was last seen, as far as that is told."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the API server answered when the child was to be made."""

    code: int
    """HTTP status."""
    reason: str
    """The Status object's reason."""
    message: str


@dataclass(frozen=True, slots=True)
class PodRecord:
    """A pod of one of our Jobs."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    job_uid: str | None
    """UID of the batch Job that made it."""
    job_name: str | None
    phase: PodPhase
    reason: str
    """Reason of the whole pod, such as Evicted or UnexpectedAdmissionError."""
    message: str
    ip: str | None
    node: str | None
    started: bool
    """The container trainer has passed its start."""
    ready: bool
    creation_time: datetime | None
    start_time: datetime | None
    """When the kubelet took it."""
    deletion_time: datetime | None
    scheduled: ConditionRecord | None
    """PodScheduled; not true with the scheduler's own words while no node fits."""
    disrupted: ConditionRecord | None
    """DisruptionTarget: evicted, preempted, drained, tainted."""
    container: ContainerState | None
    """State of the container trainer."""
    image: str
    """Image of the container trainer."""
    others: tuple[OtherContainer, ...]
    """Containers beside it that have not started or have failed."""
    claims: tuple[str, ...]
    """Names of the claims that it mounts."""
    index: int = 0
    """Which worker it is; 0 is the chief."""

    @property
    def finished(self) -> bool:
        """Succeeded or Failed."""
        return self.phase in ("Succeeded", "Failed")

    @property
    def terminated(self) -> Terminated | None:
        """How the trainer ended, once it has."""
        return self.container if isinstance(self.container, Terminated) else None
