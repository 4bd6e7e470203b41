"""The end of the log of a trainer that runs when its job is ended by a limit: with the pod it would be gone."""

from __future__ import annotations

from dataclasses import replace

from ..api.status import TransferJobStatus
from .decision import Decision, DeleteJob
from .diagnosis.log_tail import LogOf
from .observed import Observed, active_pod
from .records import PodRecord, Running, Terminated
from .settings import CoreSettings


def quoting(decision: Decision, before: TransferJobStatus, observed: Observed, settings: CoreSettings) -> Decision:
    """The decision with the log to ask for before it is carried out, and with its end in status where that has come.

    Args:
        decision: of this pass.
        before: The stored status; one that is final stays as it is.
        observed: The world, several workers told apart.
        settings: What the administrator set.
    """
    failure = decision.status.failure
    if before.finished or failure is None or failure.log_tail or not settings.keep_log_tail:
        return decision
    pod = _speaker(observed)
    if pod is None or not any(isinstance(action, DeleteJob) for action in decision.actions):
        return decision
    told = failure.model_copy(update={"log_tail": observed.log_tail})
    status = decision.status.model_copy(update={"failure": told})
    return replace(decision, status=status, log_of=LogOf(pod.namespace, pod.name, pod.uid))


def _speaker(observed: Observed) -> PodRecord | None:
    """The chief's pod, or the first of its peers', in which a trainer has run and which is not on its way out."""
    peers = sorted(observed.peers, key=lambda pod: pod.index)
    pods = (active_pod(observed.pods), *(active_pod((pod,)) for pod in peers))
    return next((pod for pod in pods if pod is not None and _has_spoken(pod)), None)


def _has_spoken(pod: PodRecord) -> bool:
    return pod.node is not None and pod.deletion_time is None and isinstance(pod.container, Running | Terminated)
