"""How an attempt ended, from the failed pod: taken away, refused, or ended by itself."""

from __future__ import annotations

import re

from transferjob_trainer.contract import ENDING_BY_CODE

from ..records import PodRecord, Terminated
from .diagnosis import Diagnosis, found
from .exits import OOM_KILLED, read_exit

_DISRUPTIONS = {
    "PreemptionByScheduler": "Preempted",
    "DeletionByTaintManager": "NodeLost",
    "DeletionByPodGC": "NodeLost",
    "EvictionByEvictionAPI": "Evicted",
    "DeletionByDeviceTaintManager": "Evicted",
}
"""Reasons of the condition DisruptionTarget."""
_TAKEN = {
    "Evicted": "Evicted",
    "Preempting": "Preempted",
    "NodeLost": "NodeLost",
    "NodeShutdown": "Evicted",
    "Terminated": "Evicted",
}
"""Reasons of a whole pod that its kubelet ended for the node's sake."""

_SHARED = re.compile(r"maximum request size for shared resources is 1\b")
"""What a device plugin says whose GPUs are shares of one. Source: failRequestsGreaterThanOne of NVIDIA's."""


def attempt_end(pod: PodRecord) -> Diagnosis:
    """What a failed pod tells, the trainer's own words apart."""
    if taken := _taken(pod):
        words = (pod.disrupted and pod.disrupted.message) or pod.message
        return found(taken, words, node=pod.node)
    if pod.terminated is None:
        return _never_ran(pod)
    if pod.terminated.exit_code == 0:
        return _beside(pod) or found("Crash", what="the trainer ended well and its pod failed all the same")
    return exit_end(pod.terminated, pod.image, pod.node)


def _taken(pod: PodRecord) -> str | None:
    whole = _TAKEN.get(pod.reason)
    if pod.disrupted is None or not pod.disrupted.true:
        return whole
    return whole or _DISRUPTIONS.get(pod.disrupted.reason, "Preempted")


def _never_ran(pod: PodRecord) -> Diagnosis:
    for other in pod.others:
        if other.init and isinstance(other.state, Terminated):
            words = f"exit code {other.state.exit_code}: {other.state.reason}"
            return found("InitContainerFailed", words, container=other.name, pod=pod.name)
    if _SHARED.search(pod.message):
        return found("SharedGPURequest", pod.message, node=pod.node)
    if pod.reason:
        return found("PodRejected", f"{pod.reason}: {pod.message}" if pod.message else pod.reason)
    return found("Crash", pod.message, what="the pod failed before the trainer ran")


def _beside(pod: PodRecord) -> Diagnosis | None:
    for other in pod.others:
        if isinstance(other.state, Terminated):
            return found("SidecarFailed", container=other.name, code=other.state.exit_code, pod=pod.name)
    return None


def exit_end(ended: Terminated, image: str, node: str | None = None) -> Diagnosis:
    """What the end of the container trainer stands for."""
    known = ENDING_BY_CODE.get(ended.exit_code)
    if known is not None and ended.reason != OOM_KILLED:
        return found(known.reason, what=known.meaning, node=node)
    end = read_exit(ended, image)
    words = ended.message if end.reason in ("ContainerNotStarted", "InvalidImage") else ""
    return found(end.reason, words, what=end.what, image=image)
