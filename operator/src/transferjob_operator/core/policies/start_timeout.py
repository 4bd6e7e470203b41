"""run.startTimeoutSeconds: a pod that holds a node and whose trainer does not come up.

A trainer that runs has started, whether or not its endpoint can be reached from here: from then on it is its own
watchdog's and the stall policy's business.
"""

from __future__ import annotations

from datetime import datetime

from ..attempts import bound_time
from ..diagnosis.diagnosis import Diagnosis
from ..observed import Observed, active_pod, finished_pods
from ..outcome import Outcome
from ..records import PodRecord, Running, Terminated
from ..times import seconds_between
from ..workers import Worker, missing
from .ruling import NO_RULING, Ruling, ended

START_TIMEOUT = "StartTimeout"


def start_timeout(limit: int, pods: tuple[PodRecord, ...], found: Diagnosis | None, now: datetime) -> Ruling:
    """The end of a job whose pod was bound to a node `limit` seconds ago and has not started.

    Args:
        limit: Seconds; what cannot come by itself is not given them.
        pods: Pods of the child.
        found: Why it does not start, where that is known.
        now: The time.
    """
    pod = active_pod(pods)
    if pod is None or pod.node is None or pod.deletion_time or isinstance(pod.container, Running | Terminated):
        return NO_RULING
    return _ruling(limit, seconds_between(bound_time(pod, now), now), f"pod {pod.name}", f" on node {pod.node}", found)


def workers_start_timeout(limit: int, observed: Observed, found: Diagnosis | None, now: datetime) -> Ruling:
    """The end of a job of several workers of which some hold nodes while others have not come up for `limit` seconds.

    Args:
        limit: Seconds; what cannot come by itself is not given them.
        observed: Child and pods of all workers.
        found: Why the first of the missing workers is not up, where that is known.
        now: The time.
    """
    every = observed.all_pods
    held = [bound_time(pod, now) for pod in every if pod.node and not pod.finished and not pod.deletion_time]
    absent = missing(observed)
    if not held or not absent:
        return NO_RULING
    waited = max(seconds_between(max(min(held), _missing_since(worker, observed, now)), now) for worker in absent)
    return _ruling(limit, waited, f"{_named(absent)} of {observed.workers}", "", found)


def _ruling(limit: int, waited: float, who: str, where: str, found: Diagnosis | None) -> Ruling:
    """What cannot come by itself ends at once, all else when it has waited for `limit` seconds."""
    if found is not None and found.hopeless:
        return Ruling(Outcome(False, found.reason, found.sentence))
    if waited < limit:
        return Ruling(recheck_seconds=limit - waited)
    late = f"{who} did not start{where} within {limit} s (run.startTimeoutSeconds)"
    if found is None or found.row.normal:
        return Ruling(ended(START_TIMEOUT, late))
    return Ruling(Outcome(False, found.reason, f"{late}: {found.sentence}"))


def _missing_since(worker: Worker, observed: Observed, now: datetime) -> datetime:
    pod = worker.pod
    if pod is not None and pod.terminated is not None:
        return pod.terminated.finished_at or now
    if pod is not None:
        return pod.deletion_time or bound_time(pod, now)
    ended = finished_pods(worker.pods)
    last = ended[-1].terminated.finished_at if ended and ended[-1].terminated else None
    return last or (observed.job and observed.job.start_time) or now


def _named(workers: tuple[Worker, ...]) -> str:
    names = [str(worker.index) for worker in workers]
    return f"worker {names[0]}" if len(names) == 1 else f"workers {', '.join(names[:-1])} and {names[-1]}"
