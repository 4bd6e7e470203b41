"""A pod that has a node and whose trainer does not run yet: it holds its GPUs while it waits."""

from __future__ import annotations

import re

from ..records import STARTING_REASONS, Note, PodRecord, Terminated, Waiting
from .diagnosis import Diagnosis, found
from .notes import newest

MOUNT_EVENTS = ("FailedMount", "FailedAttachVolume", "FailedMapVolume")
SANDBOX_EVENTS = ("FailedCreatePodSandBox",)
_IMAGE = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ImageInspectError",
        "ErrImageNeverPull",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
_BACK_OFF = re.compile(r'^Back-off pulling image "[^"]*"(: ErrImagePull: )?')
"""What the kubelet puts before the cause, in turn with the cause alone."""
_SECRET = re.compile(r"\bsecrets? |\bSecret ")
_CONFIG = re.compile(r"\bconfigmaps? |\bConfigMap ")
_ABSENT = re.compile(r"not found|couldn't find key|non-existent")


def starting(pod: PodRecord, notes: tuple[Note, ...]) -> Diagnosis:
    """What the pod waits for."""
    init = next((other for other in pod.others if other.init), None)
    if init is not None:
        return found("InitContainerFailed", _words(init.state), holds_gpu=True, container=init.name, pod=pod.name)
    if isinstance(pod.container, Waiting) and pod.container.reason not in STARTING_REASONS:
        return _waiting(pod, pod.container)
    return _quiet(pod, notes)


def is_quiet(pod: PodRecord) -> bool:
    """The pod's state does not tell what it waits for."""
    waits = pod.container.reason if isinstance(pod.container, Waiting) else ""
    return waits in STARTING_REASONS and not any(other.init for other in pod.others)


def _waiting(pod: PodRecord, state: Waiting) -> Diagnosis:
    if state.reason in _IMAGE:
        return found("ImagePull", _BACK_OFF.sub("", state.message), holds_gpu=True, image=pod.image)
    if state.reason == "InvalidImageName":
        return found("InvalidImage", state.message, holds_gpu=True, image=pod.image)
    return found(_absent(state.message) or "ContainerNotStarted", _words(state), holds_gpu=True)


def _quiet(pod: PodRecord, notes: tuple[Note, ...]) -> Diagnosis:
    """The pod's state tells nothing but that nothing moves: only Events know what the kubelet tries."""
    if mount := newest(notes, MOUNT_EVENTS, pod.uid):
        reason = _absent(mount.message) or "MountFailed"
        return found(reason, mount.message, holds_gpu=True, node=pod.node, pod=pod.name)
    if sandbox := newest(notes, SANDBOX_EVENTS, pod.uid):
        return found("SandboxFailed", sandbox.message, holds_gpu=True, node=pod.node)
    return found("PodStarting", holds_gpu=True, node=pod.node, pod=pod.name)


def _absent(words: str) -> str | None:
    """What the container's settings name and nobody has made."""
    if not _ABSENT.search(words):
        return None
    if _SECRET.search(words):
        return "MissingSecret"
    return "MissingConfig" if _CONFIG.search(words) else None


def _words(state: Waiting | Terminated) -> str:
    ended = f"exit code {state.exit_code}" if isinstance(state, Terminated) else ""
    return ": ".join(part for part in (ended, state.reason, state.message) if part)
