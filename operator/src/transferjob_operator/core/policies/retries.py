"""The operator's share of retries. The Job controller counts what costs a retry; two things it lets pass for ever.

An attempt that is preempted, evicted or loses a peer costs nothing, and one that was killed for its memory is tried
again with the same memory. Without a newer checkpoint in between neither leads anywhere.
"""

from __future__ import annotations

from dataclasses import replace

from transferjob_trainer.contract import codes_with_retry

from ...api.status import BudgetStatus
from ..observed import finished_pods
from ..outcome import Outcome, pod_failure
from ..records import PodRecord
from .ruling import NO_RULING, Ruling, ended

OUT_OF_MEMORY = "OutOfMemory"
MEMORY_KILLS = 2
"""Attempts that are killed for their memory; one more would go the same way."""
_FREE = frozenset(codes_with_retry("free"))


def tallied(budget: BudgetStatus, pod: PodRecord) -> BudgetStatus:
    """The budget with the end of one attempt in it. Each attempt is told once, by its caller."""
    if pod.phase != "Failed" or asked_to_go(pod):
        return budget
    if _is_free(pod):
        return budget.model_copy(update={"free_restarts": budget.free_restarts + 1})
    killed = pod.terminated is not None and pod.terminated.reason == "OOMKilled"
    return budget.model_copy(
        update={
            "failures": budget.failures + 1,
            "free_restarts": 0,
            "memory_kills": budget.memory_kills + killed,
        }
    )


def renewed(budget: BudgetStatus) -> BudgetStatus:
    """The budget after a newer checkpoint: what was lost before it is no sign of a circle."""
    return budget.model_copy(update={"free_restarts": 0, "memory_kills": 0})


def retries_left(retries: int, budget: BudgetStatus | None) -> int:
    """What a Job that is made again has left of run.retries."""
    return retries if budget is None else max(0, retries - budget.failures - budget.stall_restarts)


def going_in_circles(retries: int, memory: str, budget: BudgetStatus, pods: tuple[PodRecord, ...]) -> Ruling:
    """The end of a job that keeps dying without a newer checkpoint.

    Args:
        retries: run.retries.
        memory: resources.memory, for the sentence.
        budget: With the last attempt tallied.
        pods: Pods of the child.
    """
    if budget.memory_kills >= MEMORY_KILLS:
        return Ruling(_out_of_memory(memory, budget.memory_kills))
    if budget.free_restarts > retries:
        return Ruling(_taken_too_often(retries, budget.free_restarts, pods))
    return NO_RULING


def _out_of_memory(memory: str, kills: int) -> Outcome:
    what = (
        f"the trainer was killed at the container's memory limit, {memory}, "
        f"{kills} times without a newer checkpoint in between"
    )
    return replace(ended(OUT_OF_MEMORY, what), exit_code=137)


def _taken_too_often(retries: int, times: int, pods: tuple[PodRecord, ...]) -> Outcome:
    failed = [pod for pod in finished_pods(pods) if pod.phase == "Failed"]
    last = pod_failure(failed[-1]) if failed else Outcome(False, "Preempted", "the pod is gone")
    sentence = (
        f"{times} attempts in a row ended without a fault of their own and without a newer checkpoint, "
        f"and run.retries is {retries}; the last one: {last.message}"
    )
    return replace(last, message=sentence)


def _is_free(pod: PodRecord) -> bool:
    if pod.disrupted and pod.disrupted.true:
        return True
    return pod.terminated is not None and pod.terminated.exit_code in _FREE


def asked_to_go(pod: PodRecord) -> bool:
    """Deleted by somebody's wish, as a suspended Job's pod is; what the cluster takes away carries DisruptionTarget."""
    return pod.deletion_time is not None and not (pod.disrupted and pod.disrupted.true)
