"""The end of an attempt's log: what the trainer left of it in its last words, else which log to read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transferjob_trainer.contract import decode_termination
from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..observed import Observed, finished_pods
from ..records import ContainerState, PodRecord, Running, Waiting
from ..workers import deciding_pods
from .words import without_credentials

MAX_LINES = 20
MAX_BYTES = 8192
"""Read of the log; what is kept is less."""
MAX_CHARACTERS = 2048
_SECRET = re.compile(r"((?:secret|token|passw(?:or)?d|credential|api_?key|access_?key)[\w-]*[\"']?\s*[=:]\s*)\S+", re.I)
_BEARER = re.compile(r"(\bBearer\s+|\bBasic\s+)\S+", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class LogOf:
    """The log of one container of one pod."""

    namespace: str
    pod: str
    uid: str
    container: str = CONTAINER_NAME


def wanted_log(observed: Observed) -> LogOf | None:
    """The log that the outcome of a failed Job should quote; None where the trainer spoke, or nothing ran."""
    if observed.job is None or observed.job.condition("Failed") is None:
        return None
    failed = [pod for pod in finished_pods(deciding_pods(observed, observed.job)) if pod.phase == "Failed"]
    return log_of(failed[-1]) if failed else None


def log_of(pod: PodRecord) -> LogOf | None:
    """The log to read of this pod; None where nothing has run in it, or it is known without, or its node is leaving.

    That of a container that runs before the trainer, and fails, tells why no trainer came.
    """
    if pod.node is None or pod.disrupted is not None:
        return None
    if pod.terminated is not None or isinstance(pod.container, Running) or _crashes(pod.container):
        return None if spoken_tail(pod) is not None else LogOf(pod.namespace, pod.name, pod.uid)
    failing = next((other for other in pod.others if other.init and _has_run(other.state)), None)
    return LogOf(pod.namespace, pod.name, pod.uid, failing.name) if failing else None


def spoken_tail(pod: PodRecord) -> str | None:
    """The end of its log that the trainer of this pod left in its last words."""
    spoken = decode_termination(pod.terminated.message) if pod.terminated else None
    return spoken.log_tail if spoken else None


def _has_run(state: ContainerState) -> bool:
    return not isinstance(state, Waiting) or _crashes(state)


def _crashes(state: ContainerState | None) -> bool:
    """It has ended and waits for the kubelet to start it again, which restartPolicy Never allows to none of ours."""
    return isinstance(state, Waiting) and state.reason == "CrashLoopBackOff"


def shown_log(text: str) -> str:
    """The last lines, printable and without what looks like a secret: it was written by whatever died."""
    lines = _UNPRINTABLE.sub("", text.replace("\r", "\n")).splitlines()
    masked = (_BEARER.sub(r"\1***", _SECRET.sub(r"\1***", without_credentials(line))) for line in lines)
    return "\n".join([line.rstrip() for line in masked if line.strip()][-MAX_LINES:])[-MAX_CHARACTERS:]
