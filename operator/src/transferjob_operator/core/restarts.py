"""Attempts that ended and that the job goes on after: which one a decision tells of, and what it died of."""

from __future__ import annotations

from dataclasses import dataclass

from ..api.status import RestartStatus, TransferJobStatus
from .decision import Decision, DeletePod
from .observed import Observed, pods_in_order
from .outcome import Outcome, pod_failure
from .policies.retries import asked_to_go
from .policies.stall import STALLED
from .records import PodRecord
from .workers import cause


@dataclass(frozen=True, slots=True)
class EndedAttempt:
    """An attempt that is over."""

    uid: str
    """UID of the chief's pod."""
    pod: PodRecord
    """The pod that brought it to its end: the chief's or that of a peer."""


def ended_attempt(decision: Decision, before: TransferJobStatus, observed: Observed) -> EndedAttempt | None:
    """The last attempt that failed by itself, or that this decision ends by deleting a pod.

    Args:
        decision: of this pass.
        before: The stored status, which tells up to where attempts are known.
        observed: The world, several workers told apart.
    """
    deleted = {action.uid for action in decision.actions if isinstance(action, DeletePod)}
    taken = next((pod for pod in observed.all_pods if pod.uid in deleted), None)
    present = decision.status.pod_uid
    if taken is not None:
        return EndedAttempt(present, taken) if present else None
    if not any(pod.uid == present for pod in observed.pods):
        # Whose pods these are is not known: a stranger's Job may have the name.
        return None
    failed = [pod for pod in _not_told(observed.pods, before.pod_uid) if _has_failed(pod)]
    return EndedAttempt(failed[-1].uid, cause(failed[-1], observed.peers)) if failed else None


def restart(status: TransferJobStatus, attempt: EndedAttempt, tail: str | None) -> RestartStatus:
    """What status says of an attempt that is over. `status` is that of the decision, `tail` the end of the log."""
    ended = _end(status, attempt.pod)
    return RestartStatus(
        pod_uid=attempt.uid, reason=ended.reason, message=ended.message, exit_code=ended.exit_code, log_tail=tail
    )


def _not_told(pods: tuple[PodRecord, ...], known: str | None) -> tuple[PodRecord, ...]:
    """From the known attempt's pod on, oldest first; where that is gone, those that are left may be older."""
    ordered = pods_in_order(pods)
    if known is None:
        return ordered
    position = next((place for place, pod in enumerate(ordered) if pod.uid == known), len(ordered))
    return ordered[position:]


def _has_failed(pod: PodRecord) -> bool:
    return pod.phase == "Failed" and pod.node is not None and not asked_to_go(pod)


def _end(status: TransferJobStatus, pod: PodRecord) -> Outcome:
    """A trainer that has not ended is taken away because it stands still."""
    if pod.finished or pod.terminated is not None:
        return pod_failure(pod)
    said = next((item.message for item in status.conditions if item.type == "TrainingStalled"), "")
    return Outcome(False, STALLED, said)
