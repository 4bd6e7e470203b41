"""The end of a failed attempt's log, where the trainer left none in its last words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transferjob_trainer.contract import decode_termination

from ..observed import Observed, finished_pods
from ..records import PodRecord
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
    """The log of the container trainer in one pod."""

    namespace: str
    pod: str
    uid: str


def wanted_log(observed: Observed) -> LogOf | None:
    """The log that the outcome of a failed Job should quote; None where the trainer spoke, or nothing ran."""
    if observed.job is None or observed.job.condition("Failed") is None:
        return None
    failed = [pod for pod in finished_pods(deciding_pods(observed, observed.job)) if pod.phase == "Failed"]
    return LogOf(failed[-1].namespace, failed[-1].name, failed[-1].uid) if failed and _left_none(failed[-1]) else None


def _left_none(pod: PodRecord) -> bool:
    if pod.terminated is None or pod.node is None or pod.disrupted is not None:
        return False
    spoken = decode_termination(pod.terminated.message)
    return spoken is None or spoken.log_tail is None


def shown_log(text: str) -> str:
    """The last lines, printable and without what looks like a secret: it was written by whatever died."""
    lines = _UNPRINTABLE.sub("", text.replace("\r", "\n")).splitlines()
    masked = (_BEARER.sub(r"\1***", _SECRET.sub(r"\1***", without_credentials(line))) for line in lines)
    return "\n".join([line.rstrip() for line in masked if line.strip()][-MAX_LINES:])[-MAX_CHARACTERS:]
