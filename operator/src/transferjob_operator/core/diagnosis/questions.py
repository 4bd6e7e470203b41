"""What to ask the cluster about a job that does not move, so that the sentence can quote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..observed import Observed, active_pod
from ..workers import focused
from .diagnose import diagnose, no_pod_notice_in
from .placement import waits_for_volume
from .starting import is_quiet

MAX_CLAIMS = 4


@dataclass(frozen=True, slots=True)
class EventsOf:
    """The Warning Events about one object."""

    namespace: str
    selector: str
    """Field selector of core/v1 Events."""


def questions(observed: Observed, now: datetime) -> tuple[EventsOf, ...]:
    """Events that would tell more than the objects' own state does; none while something moves."""
    observed, _ = focused(observed)
    job, pod = observed.job, active_pod(observed.pods)
    if job is None or job.finished or job.suspended or job.deletion_time is not None:
        return ()
    if pod is None:
        return (_about(job.namespace, job.uid),) if no_pod_notice_in(job, observed, now) <= 0 else ()
    if diagnose(observed, now) is None:
        return ()
    if pod.node is not None:
        return (_about(pod.namespace, pod.uid),) if is_quiet(pod) and not pod.deletion_time else ()
    if not waits_for_volume(pod):
        return ()
    return tuple(_claim(pod.namespace, claim) for claim in pod.claims[:MAX_CLAIMS])


def _about(namespace: str, uid: str) -> EventsOf:
    return EventsOf(namespace, f"involvedObject.uid={uid},type=Warning")


def _claim(namespace: str, name: str) -> EventsOf:
    return EventsOf(namespace, f"involvedObject.kind=PersistentVolumeClaim,involvedObject.name={name},type=Warning")
