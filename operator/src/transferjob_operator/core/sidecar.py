"""A container beside the trainer that does not end with it, and so keeps the pod and its GPUs.

The Job controller waits for the whole pod, for ever if need be. What counts is how the trainer ended: where that leaves
nothing to try again it is the end of the job, told before the child goes; else the pod goes, and the Job makes another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ..api.status import TransferJobStatus
from ..api.transfer_job import TransferJob
from .accounting import attempt_over
from .decision import Decision, DeletePod
from .diagnosis.diagnosis import Diagnosis, found
from .diagnosis.lingering import lingers
from .observed import Observed
from .outcome import Outcome, pod_failure, pod_success
from .phase import Situation, is_final
from .records import PodRecord
from .verdict import described
from .workers import CHIEF


@dataclass(frozen=True, slots=True)
class Lingering:
    """A pod that a container beside the trainer keeps, and the end of the job where the trainer's end is one."""

    pod: PodRecord
    outcome: Outcome | None


def held_by_sidecar(observed: Observed, now: datetime) -> Lingering | None:
    """The pod to let go, that of the chief first; None where there is none, or its Job lets it go anyway."""
    child = observed.job
    if child is None or child.deletion_time is not None or child.suspended:
        return None
    every = observed.all_pods
    held = [pod for pod in every if lingers(pod, now) and pod.deletion_time is None and _matters(pod)]
    pod = min(held, key=lambda pod: pod.index, default=None)
    return Lingering(pod, _outcome(pod)) if pod else None


def let_go(job: TransferJob, status: TransferJobStatus, observed: Observed, pod: PodRecord, now: datetime) -> Decision:
    """The deletion of the pod, with its attempt in the budget before: what ends by our deletion is not counted."""
    told = _told(pod)
    here = Situation("Restarting", told.reason, told.sentence)
    counted = attempt_over(job, status, pod, observed.peers, now) if pod.index == CHIEF else status
    return replace(described(job, counted, here, now, status), actions=(DeletePod(pod.namespace, pod.name, pod.uid),))


def _told(pod: PodRecord) -> Diagnosis:
    return found("SidecarRunning", holds_gpu=True, pod=pod.name)


def _matters(pod: PodRecord) -> bool:
    """A peer that has done its work goes with the chief."""
    return pod.index == CHIEF or (pod.terminated is not None and pod.terminated.exit_code != 0)


def _outcome(pod: PodRecord) -> Outcome | None:
    if pod.terminated is not None and pod.terminated.exit_code == 0:
        ended = pod_success(pod)
    elif is_final(pod):
        ended = pod_failure(pod)
    else:
        return None
    return replace(ended, message=f"{ended.message}; {_told(pod).sentence}")
