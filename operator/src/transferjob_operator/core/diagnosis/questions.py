"""What to ask the cluster about a job that does not move, so that the sentence can quote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..observed import Observed, active_pod
from .diagnose import diagnose
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
    if observed.job is None or diagnose(observed, now) is None:
        return ()
    pod = active_pod(observed.pods)
    if pod is None:
        return () if observed.job.suspended else (_about(observed.job.namespace, observed.job.uid),)
    if pod.node is not None:
        return (_about(pod.namespace, pod.uid),) if is_quiet(pod) and not pod.deletion_time else ()
    if not waits_for_volume(pod):
        return ()
    return tuple(_claim(pod.namespace, claim) for claim in pod.claims[:MAX_CLAIMS])


def _about(namespace: str, uid: str) -> EventsOf:
    return EventsOf(namespace, f"involvedObject.uid={uid},type=Warning")


def _claim(namespace: str, name: str) -> EventsOf:
    return EventsOf(namespace, f"involvedObject.kind=PersistentVolumeClaim,involvedObject.name={name},type=Warning")
