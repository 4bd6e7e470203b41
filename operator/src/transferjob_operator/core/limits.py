"""The operator's own limits on a job that is not over, in the order in which they win."""

from __future__ import annotations

from datetime import datetime

from ..api.status import BudgetStatus, TransferJobStatus
from ..api.transfer_job import TransferJob
from .diagnosis.diagnose import diagnose
from .observed import Observed
from .policies.active_time import active_deadline
from .policies.queue_timeout import queue_timeout
from .policies.retries import going_in_circles
from .policies.ruling import NO_RULING, Ruling, first_ruling
from .policies.start_timeout import start_timeout
from .records import PodRecord


def limits(job: TransferJob, status: TransferJobStatus, observed: Observed, now: datetime) -> Ruling:
    """The first limit that is passed, or when to look again. What has just succeeded is never ended by a limit."""
    run, budget = job.spec.run, status.budget or BudgetStatus()
    if _has_succeeded(observed):
        return NO_RULING
    return first_ruling(
        going_in_circles(run.retries, job.spec.resources.memory, budget, observed.pods),
        active_deadline(run.active_deadline_seconds, budget, now),
        start_timeout(run.start_timeout_seconds, observed.pods, diagnose(observed, now), now),
        queue_timeout(run.queue_timeout_seconds, budget, observed.pods, _last_words(status), now),
    )


def _has_succeeded(observed: Observed) -> bool:
    job = observed.job
    done = job is not None and (job.condition("Complete") or job.condition("SuccessCriteriaMet")) is not None
    return done or any(_did_its_work(pod) for pod in observed.pods)


def _did_its_work(pod: PodRecord) -> bool:
    return pod.phase != "Failed" and pod.terminated is not None and pod.terminated.exit_code == 0


def _last_words(status: TransferJobStatus) -> str:
    shown = next((item for item in status.conditions if item.type == "Running"), None)
    return "" if shown is None else f"{shown.reason}: {shown.message}" if shown.message else shown.reason
