"""The operator's own limits on a job that is not over, in the order in which they win."""

from __future__ import annotations

from datetime import datetime

from ..api.status import BudgetStatus, TransferJobStatus
from ..api.transfer_job import TransferJob
from .diagnosis.diagnose import diagnose
from .diagnosis.ended import attempt_end
from .observed import Observed, pods_in_order
from .outcome import pod_failure
from .policies.active_time import active_deadline
from .policies.group_retries import retries_used_up
from .policies.queue_timeout import queue_timeout
from .policies.retries import going_in_circles
from .policies.ruling import NO_RULING, Ruling, first_ruling
from .policies.start_timeout import start_timeout, workers_start_timeout
from .records import PodRecord
from .workers import last_failure


def limits(job: TransferJob, status: TransferJobStatus, observed: Observed, now: datetime) -> Ruling:
    """The first limit that is passed, or when to look again. What has just succeeded is never ended by a limit."""
    run, budget = job.spec.run, status.budget or BudgetStatus()
    if _has_succeeded(observed):
        return NO_RULING
    last = last_failure(observed)
    last_pods = observed.pods if job.spec.workers == 1 else (last,) if last else ()
    return first_ruling(
        _beyond_hope(last),
        going_in_circles(run.retries, job.spec.resources.memory, budget, last_pods),
        retries_used_up(job.spec.workers, run.retries, budget, last),
        active_deadline(run.active_deadline_seconds, budget, now),
        _start_timeout(run.start_timeout_seconds, observed, now),
        queue_timeout(run.queue_timeout_seconds, budget, observed.all_pods, _last_words(status), now),
    )


def _beyond_hope(last: PodRecord | None) -> Ruling:
    """The end of a job whose pods the cluster will refuse for ever; no exit code tells the Job controller so."""
    if last is None or last.terminated is not None or not attempt_end(last).hopeless:
        return NO_RULING
    return Ruling(pod_failure(last))


def _start_timeout(limit: int, observed: Observed, now: datetime) -> Ruling:
    found = diagnose(observed, now)
    if observed.workers > 1:
        return workers_start_timeout(limit, observed, found, now)
    return start_timeout(limit, observed.pods, found, now)


def _has_succeeded(observed: Observed) -> bool:
    job = observed.job
    done = job is not None and (job.condition("Complete") or job.condition("SuccessCriteriaMet")) is not None
    # Of the last attempt only: an exit 0 that another one came after is none that the Job counts.
    return done or any(_did_its_work(pod) for pod in pods_in_order(observed.pods)[-1:])


def _did_its_work(pod: PodRecord) -> bool:
    return pod.phase != "Failed" and pod.terminated is not None and pod.terminated.exit_code == 0


def _last_words(status: TransferJobStatus) -> str:
    shown = next((item for item in status.conditions if item.type == "Running"), None)
    return "" if shown is None else f"{shown.reason}: {shown.message}" if shown.message else shown.reason
