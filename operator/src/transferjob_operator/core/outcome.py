"""How a run ended: from the Job's conditions and the trainer's last words to one reason and one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from transferjob_trainer.contract import ENDING_BY_CODE, Termination, decode_termination

from .diagnosis.diagnosis import found
from .diagnosis.ended import attempt_end, exit_end
from .diagnosis.table import find_row
from .observed import finished_pods
from .records import ConditionRecord, JobRecord, PodRecord, Terminated

RESULT_UNKNOWN = "ResultUnknown"
SUCCEEDED = "Succeeded"
_EXIT_CODE = re.compile(r"exit code (\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a job."""

    succeeded: bool
    reason: str
    message: str
    exit_code: int | None = None
    log_tail: str | None = None
    termination: Termination | None = None


def job_outcome(job: JobRecord, pods: tuple[PodRecord, ...], log_tail: str | None = None) -> Outcome | None:
    """The outcome of a finished Job; None while the Job controller has not decided.

    Args:
        job: The child.
        pods: Its pods.
        log_tail: End of the last failed pod's log, for a trainer that left none.
    """
    finished = finished_pods(pods)
    if job.condition("Complete"):
        return pod_success(next((pod for pod in reversed(finished) if pod.phase == "Succeeded"), None))
    failed = job.condition("Failed")
    if failed is None:
        return None
    last = next((pod for pod in reversed(finished) if pod.phase == "Failed"), None)
    if last is None:
        return _told_by_job(failed)
    outcome = pod_failure(last)
    return replace(outcome, log_tail=outcome.log_tail or log_tail)


def pod_failure(pod: PodRecord) -> Outcome:
    """What a failed pod tells: the trainer's own sentence where it chose its end, else what the end stands for."""
    end, code = attempt_end(pod), pod.terminated.exit_code if pod.terminated else None
    spoken = decode_termination(pod.terminated.message) if pod.terminated else None
    chosen = code is not None and (ending := ENDING_BY_CODE.get(code)) is not None and ending.reason == end.reason
    sentence = spoken.message if spoken and chosen else end.sentence
    return Outcome(False, end.reason, sentence, code, spoken.log_tail if spoken else None, spoken)


def _told_by_job(failed: ConditionRecord) -> Outcome:
    """No pod is left; the Job's condition names its own reason, or the exit code that ended it."""
    code = _EXIT_CODE.search(failed.message) if failed.reason == "PodFailurePolicy" else None
    if code is not None:
        end = exit_end(Terminated(int(code[1]), 0, "", failed.message, None, None), "of the trainer")
        return Outcome(False, end.reason, end.sentence, int(code[1]))
    end = found(failed.reason if find_row(failed.reason) else "BackoffLimitExceeded", failed.message)
    return Outcome(False, end.reason, end.sentence)


def pod_success(pod: PodRecord | None) -> Outcome:
    """What a pod whose trainer has done its work tells; None is a pod that is gone."""
    spoken = decode_termination(pod.terminated.message) if pod and pod.terminated else None
    if spoken is None or spoken.result is None:
        message = "the run completed, but its pod left no word of the result; latest.json at the output URI names it"
        return Outcome(True, RESULT_UNKNOWN, message, 0)
    return Outcome(True, SUCCEEDED, spoken.message, 0, None, spoken)
