"""Which TransferJob a document belongs to."""

from __future__ import annotations

from transferjob_trainer.contract import JobIdentity

from ..api.transfer_job import TransferJob


def identity_of(job: TransferJob) -> JobIdentity:
    """Namespace, name and UID."""
    return JobIdentity(namespace=job.metadata.namespace, name=job.metadata.name, uid=job.metadata.uid)
