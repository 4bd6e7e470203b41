"""Everything a decision looks at besides the TransferJob itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from transferjob_trainer.contract import Progress

from .records import JobRecord, PodRecord

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
    """Pods of that Job (by the UID of their owner), in any order."""
    progress: Progress | None = None
    """Last document of the pod that was polled."""
    weights_source: WeightsSource | None = None
    """Given where the spec has weightsFrom."""
    foreign_job: bool = False
    """A Job with the child's name exists, seen by a read outside our selector, and is not ours."""


def active_pod(pods: tuple[PodRecord, ...]) -> PodRecord | None:
    """The newest pod that has not ended; one that is being deleted only when there is no other."""
    candidates = [pod for pod in pods if not pod.finished]
    return max(candidates, key=lambda pod: (pod.deletion_time is None, *_age(pod)), default=None)


def finished_pods(pods: tuple[PodRecord, ...]) -> tuple[PodRecord, ...]:
    """The pods that have ended, in the order in which they were made."""
    return tuple(sorted((pod for pod in pods if pod.finished), key=_age))


def latest_pod(pods: tuple[PodRecord, ...]) -> PodRecord | None:
    """The active pod, else the one that was made last."""
    finished = finished_pods(pods)
    return active_pod(pods) or (finished[-1] if finished else None)


def _age(pod: PodRecord) -> tuple[datetime, str]:
    return (pod.creation_time or _EPOCH, pod.uid)
