"""What the cluster's administrator sets, as far as decisions depend on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .policies.allowed import Allowed
from .profiles import Profiles

PULL_INTERVAL_SECONDS = 5.0
"""A running pod's progress document is asked for at most this often."""
WRITE_INTERVAL_SECONDS = 10.0
"""Progress alone is written to a job's status at most this often."""


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """Defaults and limits of this operator."""

    trainer_image: str
    """Image of the trainer where the spec names none."""
    image_pull_policy: str = "IfNotPresent"
    """Pull policy of the trainer image."""
    keep_log_tail: bool = True
    """Whether the last lines of a failed attempt's log go to status."""
    shm_bytes: int = 1024**3
    """Upper limit of the memory-backed /dev/shm; counts against the pod's memory."""
    node_lost_seconds: int = 300
    """Seconds after which a pod on an unreachable node is given up; 0 never."""
    unreachable_toleration_seconds: int | None = None
    """Seconds for which a pod stays on a node that is unreachable or not ready; None follows node_lost_seconds."""
    profiles: Profiles = field(default_factory=dict)
    """Sets of defaults by name."""
    imagenet_mirror: str | None = None
    """URI of a folder with Keras' ImageNet weights; None: trainers download them."""
    allowed: Allowed = field(default_factory=Allowed)
    """What jobs may name."""
    progress_write_seconds: float = WRITE_INTERVAL_SECONDS
    """Interval of progress writes; stretched by the imperative side when there are many jobs."""
