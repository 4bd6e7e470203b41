"""How a run ended: from the Job's conditions and the trainer's last words to one reason and one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from transferjob_trainer.contract import ENDING_BY_CODE, Termination, decode_termination

from .observed import finished_pods
from .records import JobRecord, PodRecord, Terminated

OUT_OF_MEMORY = "OutOfMemory"
CRASH = "Crash"
RESULT_UNKNOWN = "ResultUnknown"
SUCCEEDED = "Succeeded"
SIGNAL_BASE = 128
"""Shells and container runtimes report death by signal n as exit code 128 + n."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a job."""

    succeeded: bool
    reason: str
    message: str
    exit_code: int | None = None
    log_tail: str | None = None
    termination: Termination | None = None


def job_outcome(job: JobRecord, pods: tuple[PodRecord, ...]) -> Outcome | None:
    """The outcome of a finished Job; None while the Job controller has not decided."""
    finished = finished_pods(pods)
    if job.condition("Complete"):
        return _success(next((pod for pod in reversed(finished) if pod.phase == "Succeeded"), None))
    failed = job.condition("Failed")
    if failed is None:
        return None
    last = next((pod for pod in reversed(finished) if pod.phase == "Failed"), None)
    if last is None:
        return Outcome(False, failed.reason or CRASH, failed.message or "the Job failed and no pod is left to tell why")
    return pod_failure(last)


def pod_failure(pod: PodRecord) -> Outcome:
    """What a failed pod tells: the trainer's own reason where it spoke, else the exit code's, else the kubelet's."""
    ended = pod.terminated
    if pod.disrupted and pod.disrupted.true:
        return Outcome(False, "Preempted", f"the pod was taken away: {pod.disrupted.message or pod.disrupted.reason}")
    if ended is None:
        return Outcome(False, pod.reason or CRASH, pod.message or "the pod failed before the trainer ran")
    spoken = decode_termination(ended.message)
    known = ENDING_BY_CODE.get(ended.exit_code)
    reason = _reason(ended)
    if known and known.code != 0 and spoken:
        return Outcome(False, reason, spoken.message, ended.exit_code, spoken.log_tail, spoken)
    sentence = known.meaning if known and known.code != 0 else _unchosen_end(ended)
    return Outcome(False, reason, sentence, ended.exit_code, spoken.log_tail if spoken else None, spoken)


def _success(pod: PodRecord | None) -> Outcome:
    spoken = decode_termination(pod.terminated.message) if pod and pod.terminated else None
    if spoken is None or spoken.result is None:
        message = "the run completed, but its pod left no word of the result; latest.json at the output URI names it"
        return Outcome(True, RESULT_UNKNOWN, message, 0)
    return Outcome(True, SUCCEEDED, spoken.message, 0, None, spoken)


def _reason(ended: Terminated) -> str:
    if ended.reason == "OOMKilled":
        return OUT_OF_MEMORY
    known = ENDING_BY_CODE.get(ended.exit_code)
    if known is None or known.code == 0:
        return CRASH
    return known.reason


def _unchosen_end(ended: Terminated) -> str:
    if ended.reason == "OOMKilled":
        return f"the trainer was killed at the container's memory limit (exit code {ended.exit_code})"
    signal = ended.signal or (ended.exit_code - SIGNAL_BASE if ended.exit_code > SIGNAL_BASE else 0)
    if signal:
        return f"the trainer was killed by signal {signal} (exit code {ended.exit_code})"
    return f"the trainer ended with exit code {ended.exit_code}, which it does not choose itself"
