"""run.stallTimeoutSeconds: progress documents that answer and stand still.

Silence is no sign: an endpoint that cannot be reached from here may be busy training. The first line is the trainer's
own watchdog; this is for the case that it hangs as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from transferjob_trainer.contract import Progress
from transferjob_trainer.contract.progress import QUIET_SECONDS

from ...api.status import BudgetStatus, TransferJobStatus
from ..observed import active_pod
from ..outcome import Outcome
from ..records import PodRecord, Running
from .retries import retries_left
from .ruling import ended

STALLED = "Stalled"
TRAINER_FIRST_SECONDS = 60
"""Between the trainer's own watchdog, which can tell where it hangs, and ours. Source: LIMIT_SECONDS of watchdog.py,
which is as much below the default of run.stallTimeoutSeconds."""


@dataclass(frozen=True, slots=True)
class Stall:
    """What is to be done about a training that stands still."""

    message: str
    """For the condition TrainingStalled."""
    budget: BudgetStatus
    """With this pod's restart counted; written before the pod is deleted."""
    restart: PodRecord | None = None
    """The pod to delete, so that the Job controller makes another."""
    outcome: Outcome | None = None
    """The end, where no retry is left."""


def ended_by_stall(status: TransferJobStatus) -> bool:
    """Whether the attempt that runs or ran last was ended because its progress stood still."""
    return status.budget is not None and status.budget.stalled_pod_uid == status.pod_uid is not None


def patience(limit: int, document: Progress | None) -> int:
    """Seconds for which documents may stand still: in a stage that shows nothing by its nature the trainer comes first.

    Args:
        limit: run.stallTimeoutSeconds.
        document: The pod's present one, which names the stage.
    """
    quiet = QUIET_SECONDS.get(document.stage) if document else None
    return limit if quiet is None else max(limit, int(quiet) + TRAINER_FIRST_SECONDS)


def stall(
    limit: int, retries: int, budget: BudgetStatus, pods: tuple[PodRecord, ...], still_seconds: float
) -> Stall | None:
    """What follows from a document that has not changed for `still_seconds`; None while there is no stall.

    `limit` is what `patience` allows. A pod whose restart is in the budget already is deleted and not counted again.
    """
    pod = active_pod(pods)
    if pod is None or pod.deletion_time is not None or not isinstance(pod.container, Running):
        return None
    counted = budget.stalled_pod_uid == pod.uid
    if not counted and still_seconds < limit:
        return None
    sentence = f"the progress of pod {pod.name} stood still for {limit} s (run.stallTimeoutSeconds)"
    if counted:
        return Stall(sentence, budget, restart=pod)
    if not retries_left(retries, budget):
        told = ended(STALLED, f"{sentence}, and no retry is left of run.retries ({retries})")
        return Stall(sentence, budget, outcome=told)
    used = budget.model_copy(update={"stall_restarts": budget.stall_restarts + 1, "stalled_pod_uid": pod.uid})
    return Stall(sentence, used, restart=pod)
