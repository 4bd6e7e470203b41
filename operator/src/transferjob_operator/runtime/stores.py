"""The three stores that decisions are made from."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.records import JobRecord, PodRecord
from ..kube.document import JobDocument
from ..kube.store import Store


@dataclass(frozen=True, slots=True)
class Stores:
    """TransferJobs, their Jobs by the TransferJob's UID, and the pods by their Job's UID."""

    documents: Store[JobDocument] = field(default_factory=Store)
    jobs: Store[JobRecord] = field(default_factory=lambda: Store(lambda job: job.owner_uid))
    pods: Store[PodRecord] = field(default_factory=lambda: Store(lambda pod: pod.job_uid))
