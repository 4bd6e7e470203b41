"""The time that a job waits without holding a node, and run.queueTimeoutSeconds.

Waiting costs nobody a GPU, so there is no limit unless one is set: not for a node, not for quota, not for weights.
"""

from __future__ import annotations

from datetime import datetime

from ...api.status import BudgetStatus
from ..records import PodRecord
from ..times import seconds_between
from .ruling import NO_RULING, Ruling, ended

QUEUE_TIMEOUT = "QueueTimeout"


def with_waiting_time(budget: BudgetStatus, since: datetime, *, suspended: bool) -> BudgetStatus:
    """The budget with its waiting stretch begun or ended.

    Args:
        budget: As stored, with the attempts accounted for.
        since: When a stretch that begins now has begun: the job's creation at its first look, else now.
        suspended: spec.run.suspend; the user's own pause is no waiting.
    """
    if suspended or budget.held_since is not None:
        return budget.model_copy(update={"waiting_since": None})
    return budget if budget.waiting_since else budget.model_copy(update={"waiting_since": since})


def queue_timeout(
    limit: int | None, budget: BudgetStatus, pods: tuple[PodRecord, ...], words: str, now: datetime
) -> Ruling:
    """run.queueTimeoutSeconds: QueueTimeout once the job has waited so long and no pod holds a node.

    Args:
        limit: Seconds; None waits for ever.
        budget: With the waiting stretch.
        pods: Pods of the child.
        words: What the job waits for, as it was last shown.
        now: The time.
    """
    if limit is None or budget.waiting_since is None or any(pod.node and not pod.finished for pod in pods):
        return NO_RULING
    waited = seconds_between(budget.waiting_since, now)
    if waited < limit:
        return Ruling(recheck_seconds=limit - waited)
    sentence = f"the job waited {waited:.0f} s for a node, and run.queueTimeoutSeconds is {limit}"
    return Ruling(ended(QUEUE_TIMEOUT, f"{sentence}; last seen: {words}" if words else sentence))
