"""Refuses, before the first picture is read, a batch that cannot fit the memory, with the figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import InvalidSpec
from .cgroup import text
from .limits import memory_limit
from .need import Need

SURE_SHARE = 0.5
"""Of the estimate, which is sure to be needed: what is above may be saved by operations that work in place."""
_MIB = 1 << 20
_PROCESS = Path("/proc/self/status")


def free_memory() -> int:
    """Bytes that this process may still take, beside what it has now."""
    return memory_limit() - resident()


def resident(status: Path = _PROCESS) -> int:
    """Bytes that this process holds in memory."""
    for line in text(status).splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def must_fit(need: Need, batch: int, *, free: int, pictures: int, say: Callable[[str], None]) -> None:
    """Says what the training needs, warns when that is tight, refuses when it is impossible.

    Args:
        need: of one step.
        batch: pictures of a step.
        free: bytes that may still be taken.
        pictures: bytes that the dataset will take of them.
        say: takes a line for the log.

    Raises:
        InvalidSpec: even the sure share of the need does not fit.
    """
    rest = free - pictures
    figures = (
        f"a batch of {batch} needs about {_mib(need.activations)} between layers and {_mib(need.learning)} for"
        f" gradients, optimizer and best weights; {_mib(max(0, rest))} of the memory are free"
    ) + (f" beside {_mib(pictures)} of pictures" if pictures else "")
    if SURE_SHARE * need.total > rest:
        raise InvalidSpec(f"spec.training.batchSize {batch} does not fit: {figures}; {_advice(need, batch, rest)}")
    tight = "; that is tight, a smaller training.batchSize would be safe" if need.total > rest else ""
    say(f"memory: {figures}{tight}")


def _advice(need: Need, batch: int, rest: int) -> str:
    fitting = int(batch * (rest - need.learning) / max(1, need.activations))
    if fitting < 1:
        return "give the job more resources.memory, freeze more layers or take a smaller input"
    return f"take at most {fitting}, give the job more resources.memory, freeze more layers or take a smaller input"


def _mib(size: int) -> str:
    return f"{size // _MIB:,} MiB"
