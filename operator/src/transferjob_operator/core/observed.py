"""Everything a decision looks at besides the TransferJob itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from transferjob_trainer.contract import Progress

from .records import JobRecord, Note, PodRecord, Refusal

if TYPE_CHECKING:
    from ..api.status import TransferJobStatus

_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WeightsSource:
    """The TransferJob that weightsFrom names."""

    exists: bool
    status: TransferJobStatus | None = None
    """Its status; None when it has none yet or does not exist."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The world around one TransferJob at one moment."""

    job: JobRecord | None = None
    """The Job with the child's name, whoever owns it."""
    pods: tuple[PodRecord, ...] = ()
    """Pods of that Job (by the UID of their owner), in any order. Within a decision about several workers: the
    chief's."""
    progress: Progress | None = None
    """Last document of the pod that was polled."""
    progress_written: datetime | None = None
    """When progress alone was last written to this status; None after a restart, which costs one write at most."""
    weights_source: WeightsSource | None = None
    """Given where the spec has weightsFrom."""
    still_seconds: float = 0.0
    """Seconds for which the active pod's documents have come and not changed."""
    silent_seconds: float = 0.0
    """Seconds for which the active pod has been asked and has not answered."""
    unreachable: Mapping[str, datetime] = field(default_factory=dict)
    """Nodes of the pods that the cluster does not hear of, and since when."""
    foreign_job: bool = False
    """A Job with the child's name exists, seen by a read outside our selector, and is not ours."""
    notes: tuple[Note, ...] = ()
    """Warning Events about Job and pod, asked for while nothing moves."""
    log_tail: str | None = None
    """End of the log of the attempt that failed the Job, where the trainer left none itself."""
    log_awaited: bool = False
    """It was asked for and has not come."""
    refusal: Refusal | None = None
    """The child was to be made in this pass, and the API server refused it."""
    foreign_service: bool = False
    """A Service with the name of this job's exists, and is not ours."""
    peers: tuple[PodRecord, ...] = ()
    """Pods of the other workers, once they are told apart."""
    workers: int = 1
    """Workers that the job wants."""
    pods_reread: bool = False
    """The pods were read anew in this pass; what a watch did not show is not there."""

    @property
    def all_pods(self) -> tuple[PodRecord, ...]:
        """Pods of all workers, told apart or not."""
        return (*self.pods, *self.peers)


def active_pod(pods: tuple[PodRecord, ...]) -> PodRecord | None:
    """The newest pod that has not ended; one that is being deleted only when there is no other."""
    candidates = [pod for pod in pods if not pod.finished]
    return max(candidates, key=lambda pod: (pod.deletion_time is None, *_age(pod)), default=None)


def finished_pods(pods: tuple[PodRecord, ...]) -> tuple[PodRecord, ...]:
    """The pods that have ended, in the order in which they were made."""
    return tuple(pod for pod in pods_in_order(pods) if pod.finished)


def pods_in_order(pods: tuple[PodRecord, ...]) -> tuple[PodRecord, ...]:
    """All pods in the order in which they were made."""
    return tuple(sorted(pods, key=_age))


def _age(pod: PodRecord) -> tuple[datetime, str]:
    return (pod.creation_time or _EPOCH, pod.uid)
