"""What a decision asks the imperative side to do, in this order: writes to the child, status, deletions, Events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .diagnosis.log_tail import LogOf
from .records import PodRecord

if TYPE_CHECKING:
    from ..api.status import TransferJobStatus


@dataclass(frozen=True, slots=True)
class CreateJob:
    """Create the child. A 409 is no error: a child of that name exists, and the next look tells whose it is."""

    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CreateService:
    """Create the Service of the workers. A 409 is no error where it is this job's own."""

    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SuspendJob:
    """Set the child's spec.suspend, where its uid is still this one."""

    namespace: str
    name: str
    uid: str
    suspend: bool
    """False resumes."""
    resource_version: str | None = None
    """Where given, a Job that was changed since it was seen is left alone."""


@dataclass(frozen=True, slots=True)
class DeleteJob:
    """Delete the child in the background, with its uid and, where given, its resourceVersion as preconditions."""

    namespace: str
    name: str
    uid: str
    resource_version: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteTransferJob:
    """Delete the job itself, where it is still the version that was seen; its child goes with it."""

    namespace: str
    name: str
    uid: str
    resource_version: str


@dataclass(frozen=True, slots=True)
class DeletePod:
    """Delete a pod in its own time of grace, so that the Job controller makes another."""

    namespace: str
    name: str
    uid: str


@dataclass(frozen=True, slots=True)
class ReleasePod:
    """Delete a pod by force and report it as failed by disruption, where its node is still unreachable."""

    namespace: str
    name: str
    uid: str
    node: str
    reason: str
    message: str


Action = CreateService | CreateJob | SuspendJob | DeleteJob | DeleteTransferJob | DeletePod | ReleasePod
ChildAction = CreateJob | SuspendJob | DeleteJob
"""What is told of in an Event of its own."""


@dataclass(frozen=True, slots=True)
class EventValue:
    """An Event on the TransferJob, emitted after the status write has succeeded."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    action: str
    """What the operator did or saw, in one CamelCase word."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one pass."""

    status: TransferJobStatus
    """The whole status; the imperative side writes it once, and only where it differs from the stored one."""
    actions: tuple[Action, ...] = ()
    events: tuple[EventValue, ...] = ()
    requeue_after: float | None = None
    """Seconds after which the object is looked at again though nothing happened."""
    poll_progress: PodRecord | None = None
    """The pod whose progress document is wanted."""
    reread_pods: bool = False
    """It is about an end whose pod no watch has shown: the pods are read anew, and decided about once more."""
    log_of: LogOf | None = None
    """The log whose end the status should quote, where it can be had soon: its pod goes with this decision."""
