"""What admission says: to us when we make the Job, or to the Job controller when it makes the pod."""

from __future__ import annotations

import re

from ..records import JobRecord, Note, Refusal
from .diagnosis import Diagnosis, found
from .notes import newest

POD_EVENTS = ("FailedCreate",)
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"exceeded quota|failed quota"), "QuotaExceeded"),
    (re.compile(r"is being terminated|namespaces? \"[^\"]*\" not found"), "NamespaceTerminating"),
    (re.compile(r"failed calling (admission )?webhook"), "WebhookUnavailable"),
    (re.compile(r"\b(max|min)(imum)? .*\bper (Pod|Container|PersistentVolumeClaim)\b"), "LimitExceeded"),
    (re.compile(r"admission webhook|violates PodSecurity|ValidatingAdmissionPolicy"), "PodRejected"),
    (re.compile(r"cannot \w+ resource|^Unauthorized"), "OperatorForbidden"),
)
_NAMES = re.compile(r"^Error creating: |\b[a-z.]+ \"[^\"]*\" is forbidden: ")
"""The name of a pod that was not made is another one each time."""
_INVALID = frozenset({400, 413, 422})


def refused(refusal: Refusal) -> Diagnosis:
    """Why the API server did not take the Job."""
    reason = _kind(refusal.message) or ("JobInvalid" if refusal.code in _INVALID else "PodRejected")
    return found(reason, _NAMES.sub("", refusal.message))


def is_refusal(code: int, message: str) -> bool:
    """Whether an answer is somebody's decision that the user should read, and not a moment's trouble of the server."""
    return code in _INVALID or code in (401, 403) or _kind(message) is not None


def refused_pods(job: JobRecord, notes: tuple[Note, ...]) -> Diagnosis:
    """Why a Job that should have a pod has none."""
    told = newest(notes, POD_EVENTS, job.uid)
    if told is None:
        return found("PodNotCreated")
    words = _NAMES.sub("", told.message)
    return found(_kind(words) or ("PodRejected" if "forbidden" in told.message else "PodNotCreated"), words)


def _kind(words: str) -> str | None:
    return next((reason for pattern, reason in _KINDS if pattern.search(words)), None)
