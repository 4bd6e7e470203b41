"""Ends that the trainer did not choose: exit codes of Python, of the container runtime, and of signals."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Terminated

OOM_KILLED = "OOMKilled"
NOT_STARTED = frozenset({"StartError", "ContainerCannotRun"})
"""Reasons with which a container ends that never ran."""
NO_SUCH_COMMAND = "executable file not found"
SIGNAL_BASE = 128
"""Shells and container runtimes report death by signal n as exit code 128 + n."""
IMAGE_FAULTS = (126, 127)
"""The image cannot run the trainer's command: another attempt would end the same."""


@dataclass(frozen=True, slots=True)
class Exit:
    """What an exit code stands for: a reason of the table, and what happened."""

    reason: str
    what: str


_EXITS: dict[int, Exit] = {
    1: Exit("Crash", "the trainer ended with exit code 1: an error that nothing in it caught"),
    2: Exit(
        "Crash", "the trainer ended with exit code 2: it did not understand its command line; its version may differ"
    ),
    126: Exit("InvalidImage", "the trainer's command in image {image} cannot be executed (exit code 126)"),
    127: Exit("InvalidImage", "image {image} has no such command as the trainer's (exit code 127)"),
    134: Exit("Crash", "the trainer aborted (exit code 134, signal 6): a check inside TensorFlow, CUDA or libc failed"),
    137: Exit("Killed", "the trainer was killed (exit code 137, signal 9), and not at its own memory limit"),
    139: Exit("Crash", "the trainer died of a memory fault in native code (exit code 139, signal 11)"),
    143: Exit("Killed", "the trainer was told to end (exit code 143, signal 15) before it could write a checkpoint"),
}


def read_exit(ended: Terminated, image: str) -> Exit:
    """What the end of the container trainer stands for, where the trainer did not choose it."""
    if ended.reason == OOM_KILLED:
        return Exit(
            "OutOfMemory", f"the trainer was killed at the container's memory limit (exit code {ended.exit_code})"
        )
    if ended.reason in NOT_STARTED and NO_SUCH_COMMAND in ended.message:
        return Exit("InvalidImage", f"image {image} has no such command as the trainer's")
    if ended.reason in NOT_STARTED:
        return Exit("ContainerNotStarted", "the container could not be started")
    code = SIGNAL_BASE + ended.signal if ended.signal else ended.exit_code
    known = _EXITS.get(code)
    return Exit(known.reason, known.what.format(image=image)) if known else _unknown(code)


def _unknown(code: int) -> Exit:
    if code > SIGNAL_BASE and code < 255:
        return Exit("Crash", f"the trainer was ended by signal {code - SIGNAL_BASE} (exit code {code})")
    return Exit("Crash", f"the trainer ended with exit code {code}, which it does not choose itself")
