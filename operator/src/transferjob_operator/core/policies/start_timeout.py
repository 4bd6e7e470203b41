"""run.startTimeoutSeconds: a pod that holds a node and whose trainer does not come up.

A trainer that runs has started, whether or not its endpoint can be reached from here: from then on it is its own
watchdog's and the stall policy's business.
"""

from __future__ import annotations

from datetime import datetime

from ..attempts import bound_time
from ..diagnosis.diagnosis import Diagnosis
from ..observed import active_pod
from ..outcome import Outcome
from ..records import PodRecord, Running, Terminated
from ..times import seconds_between
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
    if found is not None and found.hopeless:
        return Ruling(Outcome(False, found.reason, found.sentence))
    waited = seconds_between(bound_time(pod, now), now)
    if waited < limit:
        return Ruling(recheck_seconds=limit - waited)
    late = f"pod {pod.name} did not start on node {pod.node} within {limit} s (run.startTimeoutSeconds)"
    if found is None or found.row.normal:
        return Ruling(ended(START_TIMEOUT, late))
    return Ruling(Outcome(False, found.reason, f"{late}: {found.sentence}"))
