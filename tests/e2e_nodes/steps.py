"""Steps that several scenarios share."""

from __future__ import annotations

from tests.cluster.api import Object
from tests.component.operator.pods import Jobs

_SECONDS = 120.0


def trains(jobs: Jobs, name: str, deadline: float = _SECONDS) -> Object:
    """The status of a job once its trainer has told progress of the pod that status names."""
    job = jobs.wait(name, shows_progress, deadline)
    status: Object = job["status"]
    return status


def shows_progress(job: Object) -> bool:
    """Whether the trainer of the pod that status names trains."""
    status = job.get("status", {})
    return (status.get("phase"), status.get("progress", {}).get("stage")) == ("Running", "Training")
