"""The workers of one job. Index 0 is the chief, whose pods are the attempts; the other workers are its peers.

All of them train or none: a worker whose peer is gone ends by itself, with a code that costs nothing. So whatever a
worker dies of, the whole group restarts once, and what counts is what the first of them died of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from transferjob_trainer.contract import ExitCode

from .observed import Observed, active_pod, finished_pods
from .records import JobRecord, PodRecord, Running

CHIEF = 0
GATHER_SECONDS = 3.0
"""Workers that come up, or go down, within so short a time of each other are one change: one write less."""
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker and the pod that it has now."""

    index: int
    pods: tuple[PodRecord, ...]
    """All pods of this index."""

    @property
    def pod(self) -> PodRecord | None:
        """The pod that has not ended."""
        return active_pod(self.pods)

    @property
    def up(self) -> bool:
        """Its trainer runs, or has done its work: an index that has succeeded is not run again."""
        if any(pod.phase == "Succeeded" for pod in self.pods):
            return True
        pod = self.pod
        return pod is not None and pod.deletion_time is None and isinstance(pod.container, Running)


def by_worker(observed: Observed) -> Observed:
    """The chief's pods apart from those of its peers; nothing changes for a single worker."""
    if observed.workers == 1:
        return observed
    every = observed.all_pods
    chief = tuple(pod for pod in every if pod.index == CHIEF)
    return replace(observed, pods=chief, peers=tuple(pod for pod in every if pod.index != CHIEF))


def missing(observed: Observed) -> tuple[Worker, ...]:
    """The workers that are not up, by index."""
    return tuple(worker for worker in _workers(observed) if not worker.up)


def holds_nodes(observed: Observed) -> bool:
    """Some worker's pod has a node and keeps it."""
    return any(pod.node and not pod.finished and pod.deletion_time is None for pod in observed.all_pods)


def focused(observed: Observed) -> tuple[Observed, str]:
    """The world from the side of the first worker that is not up, and how a sentence about it begins."""
    if observed.workers == 1:
        return observed, ""
    waited_for = next(iter(missing(observed)), None)
    if waited_for is None:
        return replace(observed, peers=(), workers=1), ""
    alone = replace(observed, pods=waited_for.pods, peers=(), workers=1)
    return alone, f"worker {waited_for.index} of {observed.workers}: "


def gathers(observed: Observed, now: datetime) -> float:
    """Seconds until it is worth telling that the chief runs and a peer does not; 0 where it is, or all do."""
    pod = active_pod(observed.pods)
    if pod is None or not isinstance(pod.container, Running) or not missing(observed):
        return 0.0
    ends = [pod.terminated.finished_at for pod in observed.peers if pod.terminated]
    changes = [time for time in (pod.container.started_at, *ends) if time is not None]
    passed = (now - max(changes)).total_seconds() if changes else GATHER_SECONDS
    return max(0.0, GATHER_SECONDS - max(0.0, passed))


def cause(chief: PodRecord, peers: tuple[PodRecord, ...]) -> PodRecord:
    """The pod that brought an attempt to its end: the chief's own, or of the peer that it lost, if that has told."""
    if not _lost_a_peer(chief):
        return chief
    failed = (pod for pod in peers if pod.phase == "Failed" and not _lost_a_peer(pod) and _of_attempt(pod, chief))
    return min(failed, key=lambda pod: _ended_at(pod) or _LATEST, default=chief)


def last_failure(observed: Observed) -> PodRecord | None:
    """What brought the last attempt that failed to its end; None where none has."""
    failed = [pod for pod in finished_pods(observed.pods) if pod.phase == "Failed"]
    return cause(failed[-1], observed.peers) if failed else None


def deciding_pods(observed: Observed, child: JobRecord) -> tuple[PodRecord, ...]:
    """The pods in whose words the outcome of a finished Job is told: those of the worker that decided it."""
    failed = child.condition("Failed")
    if observed.workers == 1 or failed is None:
        return observed.pods
    every = finished_pods(observed.all_pods)
    faults = [pod for pod in every if pod.phase == "Failed" and not _lost_a_peer(pod)]
    named = [pod for pod in faults if f"{pod.namespace}/{pod.name} " in failed.message]
    own = [pod for pod in faults if pod.deletion_time is None]
    return tuple((named or own or [*finished_pods(observed.pods)])[-1:])


def _workers(observed: Observed) -> tuple[Worker, ...]:
    every = observed.all_pods
    return tuple(Worker(index, tuple(pod for pod in every if pod.index == index)) for index in range(observed.workers))


def _of_attempt(peer: PodRecord, chief: PodRecord) -> bool:
    """The peer's pod ended after the chief's was made, so that it was this attempt's."""
    ended = _ended_at(peer)
    return ended is None or chief.creation_time is None or ended >= chief.creation_time


def _ended_at(pod: PodRecord) -> datetime | None:
    told = pod.terminated.finished_at if pod.terminated else None
    return told or (pod.disrupted.time if pod.disrupted else None)


def _lost_a_peer(pod: PodRecord) -> bool:
    return _exit_code(pod) == ExitCode.PEER_LOST and not (pod.disrupted and pod.disrupted.true)


def _exit_code(pod: PodRecord) -> int | None:
    return pod.terminated.exit_code if pod.terminated else None
