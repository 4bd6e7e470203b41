"""What one row of the table of reasons says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fault = Literal["User", "Cluster", "Trainer"]
Retried = Literal["waits", "never", "counted", "free"]
"""waits: nothing has failed yet, the job goes on by itself once the cause is gone. never: the job fails at once.
counted: a new attempt, within run.retries. free: a new attempt that costs none."""
Hold = Literal["none", "start timeout", "stall timeout", "one minute", "until it ends"]
"""How long a pod may hold its GPUs in this state. none: no pod holds one."""
Speaker = Literal["", "the scheduler", "the kubelet", "the API server", "the cluster", "the Job controller"]


@dataclass(frozen=True, slots=True)
class Row:
    """One reason."""

    reason: str
    reads: str
    """Which field of which object is read."""
    fault: Fault
    retried: Retried
    hold: Hold
    what: str
    """What is wrong, as a sentence without an end; {facts} in braces are filled in by the reader."""
    advice: str
    """What to do next."""
    speaker: Speaker = ""
    """Whose words are quoted after it."""
    hopeless: bool = False
    """It cannot come right by itself: no timeout is waited for."""
    normal: bool = False
    """Nothing to warn of."""


SCHEDULED = "pod status.conditions[PodScheduled]"
WAITING = "pod status.containerStatuses[trainer].state.waiting"
ENDED = "pod status.containerStatuses[trainer].state.terminated"
REFUSED = "answer to the creation of the Job; Events of the Job while it has no pod"
STARTING = "pod status: bound and nothing started; Events of the pod tell why"
