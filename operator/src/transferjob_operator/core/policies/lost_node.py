"""Pods on nodes that nobody hears of any more.

The taint manager only marks such a pod for deletion, and the Job controller waits for its end, which no kubelet will
ever report. After `nodeLostSeconds` the operator reports it in the kubelet's place, as a disruption, which costs no
retry. What the lost attempt may still write has a folder of its own, named by its digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..decision import ReleasePod
from ..observed import Observed
from ..records import ConditionRecord, PodRecord
from ..times import seconds_between

NODE_LOST = "NodeLost"


def without_lost_pods(observed: Observed, limit: int, now: datetime) -> tuple[Observed, tuple[ReleasePod, ...]]:
    """The world as it is once the lost pods are reported as failed, and the writes that make it so.

    Args:
        observed: The pods, and since when which of their nodes are unreachable.
        limit: Seconds on an unreachable node; 0 never gives a pod up.
        now: The time.
    """
    lost = {
        pod.uid: _release(pod, observed.unreachable, now) for pod in observed.pods if _lost(pod, observed, limit, now)
    }
    if not lost:
        return observed, ()
    pods = tuple(_failed(pod, lost[pod.uid].message, now) if pod.uid in lost else pod for pod in observed.pods)
    return replace(observed, pods=pods), tuple(lost.values())


def lost_recheck(observed: Observed, limit: int, now: datetime) -> float | None:
    """Seconds until a pod on an unreachable node is given up; None where there is none."""
    if not limit:
        return None
    nodes = (observed.unreachable.get(pod.node or "") for pod in observed.pods if not pod.finished)
    return min((max(0.0, limit - seconds_between(since, now)) for since in nodes if since), default=None)


def _lost(pod: PodRecord, observed: Observed, limit: int, now: datetime) -> bool:
    since = observed.unreachable.get(pod.node or "")
    return bool(limit) and since is not None and not pod.finished and seconds_between(since, now) >= limit


def _release(pod: PodRecord, unreachable: Mapping[str, datetime], now: datetime) -> ReleasePod:
    assert pod.node is not None
    silent = seconds_between(unreachable[pod.node], now)
    message = f"node {pod.node} has not been heard of for {silent:.0f} s"
    return ReleasePod(pod.namespace, pod.name, pod.uid, pod.node, NODE_LOST, message)


def _failed(pod: PodRecord, message: str, now: datetime) -> PodRecord:
    disrupted = ConditionRecord("DisruptionTarget", True, NODE_LOST, message, now)
    return replace(pod, phase="Failed", reason=NODE_LOST, message=message, disrupted=disrupted)
