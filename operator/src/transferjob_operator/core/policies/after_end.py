"""What is left to do for a job that has its outcome: free the GPU, and later delete the job itself."""

from __future__ import annotations

from datetime import datetime

from ...api.status import TransferJobStatus
from ...api.transfer_job import TransferJob
from ..decision import Action, Decision, DeleteJob, DeleteTransferJob
from ..records import JobRecord
from ..times import seconds_between


def after_end(job: TransferJob, status: TransferJobStatus, child: JobRecord | None, now: datetime) -> Decision:
    """The decision for a finished job. Its status never changes.

    A child that has not finished is one whose job was ended by a limit, or one that a leader of yesterday made too
    late: it is deleted. A finished child stays with its pods' logs until the TransferJob goes.
    """
    left = ttl_left(job.spec.run.ttl_seconds_after_finished, status.completion_time, now)
    if left == 0:
        return Decision(status, (_delete(job),))
    return Decision(status, leftovers(job, child), requeue_after=left)


def leftovers(job: TransferJob, child: JobRecord | None) -> tuple[Action, ...]:
    """The deletion of a child that still runs, if it is this job's own."""
    if child is None or child.owner_uid != job.metadata.uid or child.finished or child.deletion_time is not None:
        return ()
    # The version guards against an old view of a Job that has finished since.
    return (DeleteJob(child.namespace, child.name, child.uid, child.resource_version),)


def ttl_left(ttl: int | None, completion: datetime | None, now: datetime) -> float | None:
    """Seconds until run.ttlSecondsAfterFinished is over; None where there is no such limit."""
    if ttl is None or completion is None:
        return None
    return max(0.0, ttl - seconds_between(completion, now))


def _delete(job: TransferJob) -> DeleteTransferJob:
    metadata = job.metadata
    return DeleteTransferJob(metadata.namespace, metadata.name, metadata.uid, metadata.resource_version)
