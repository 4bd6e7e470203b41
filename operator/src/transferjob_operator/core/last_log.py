"""The end of an attempt's log is in status before the pod that wrote it may be gone: one rule for every end.

the Job ends by itself      status.failure: the log of the pod that decided it (diagnosis/log_tail.py)
a limit ends the job        status.failure: the log of what runs, or ran last; the Job's deletion takes all pods
the job goes on             status.lastRestart: the log of the pod that failed, or that this decision deletes
"""

from __future__ import annotations

from dataclasses import replace

from ..api.status import FailureStatus, RestartStatus, TransferJobStatus
from .decision import Decision, DeleteJob
from .diagnosis.log_tail import LogOf, log_of, spoken_tail
from .observed import Observed, active_pod
from .records import PodRecord
from .restarts import ended_attempt, restart
from .settings import CoreSettings
from .workers import last_failure


def quoting(decision: Decision, before: TransferJobStatus, observed: Observed, settings: CoreSettings) -> Decision:
    """The decision with the log to ask for before it is carried out, and with its end in status where that has come.

    Args:
        decision: of this pass.
        before: The stored status; one that is final stays as it is.
        observed: The world, several workers told apart.
        settings: What the administrator set.
    """
    if before.finished or decision.status == before:
        return decision
    if decision.status.finished:
        failure = decision.status.failure
        return decision if failure is None else _over(decision, failure, observed, settings)
    return _going_on(decision, before, observed, settings)


def _over(decision: Decision, failure: FailureStatus, observed: Observed, settings: CoreSettings) -> Decision:
    last = decision.status.last_restart
    told = last if last is not None and last.pod_uid == decision.status.pod_uid else None
    if not any(isinstance(action, DeleteJob) for action in decision.actions):
        return _not_restarted(decision, failure, told)
    pod = _last_to_run(observed, told)
    if failure.log_tail or pod is None or not settings.keep_log_tail:
        return decision
    tail, log = _tail(pod, observed)
    return _with(decision, log, failure=failure.model_copy(update={"log_tail": tail}))


def _not_restarted(decision: Decision, failure: FailureStatus, told: RestartStatus | None) -> Decision:
    """No attempt followed the one that was told of, so that it is the one that failed the job."""
    if told is None:
        return decision
    tail = failure.log_tail or told.log_tail
    return _with(decision, None, failure=failure.model_copy(update={"log_tail": tail}), last_restart=None)


def _going_on(decision: Decision, before: TransferJobStatus, observed: Observed, settings: CoreSettings) -> Decision:
    attempt, last = ended_attempt(decision, before, observed), decision.status.last_restart
    if attempt is None or (last is not None and last.pod_uid == attempt.uid):
        return decision
    tail, log = _tail(attempt.pod, observed) if settings.keep_log_tail else (None, None)
    return _with(decision, log, last_restart=restart(decision.status, attempt, tail))


def _last_to_run(observed: Observed, told: RestartStatus | None) -> PodRecord | None:
    """The chief's pod, or the first of its peers', in which something runs; else that of the last failed attempt.

    Not one that is on its way out, nor an attempt that has been told of.
    """
    peers = sorted(observed.peers, key=lambda pod: pod.index)
    pods = (active_pod(observed.pods), *(active_pod((pod,)) for pod in peers))
    held = next((pod for pod in pods if pod is not None and pod.deletion_time is None and _has_log(pod)), None)
    return held or (last_failure(observed) if told is None else None)


def _has_log(pod: PodRecord) -> bool:
    return log_of(pod) is not None or spoken_tail(pod) is not None


def _tail(pod: PodRecord, observed: Observed) -> tuple[str | None, LogOf | None]:
    """The end of the pod's log as far as it is known, and the log to read for it."""
    spoken, log = spoken_tail(pod), log_of(pod)
    return spoken or (observed.log_tail if log else None), log


def _with(decision: Decision, log: LogOf | None, **changes: FailureStatus | RestartStatus | None) -> Decision:
    return replace(decision, status=decision.status.model_copy(update=changes), log_of=log)
