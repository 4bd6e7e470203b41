"""The stores that decisions are made from."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field

from ..core.nodes import NodeRecord
from ..core.records import JobRecord, PodRecord
from ..kube.document import JobDocument
from ..kube.store import Store


@dataclass(frozen=True, slots=True)
class Stores:
    """TransferJobs, their Jobs by the TransferJob's UID, the pods by their Job's UID, and the nodes."""

    documents: Store[JobDocument] = field(default_factory=Store)
    jobs: Store[JobRecord] = field(default_factory=lambda: Store(lambda job: job.owner_uid))
    nodes: Store[NodeRecord] = field(default_factory=Store)
    pods: Store[PodRecord] = field(default_factory=lambda: Store(lambda pod: pod.job_uid))

    def phases(self) -> list[str]:
        """The phase of each TransferJob."""
        return [document.phase for document in self.documents.all()]

    def sizes(self) -> dict[tuple[str, ...], float]:
        """How many objects of each resource are held."""
        held: dict[str, Sized] = {
            "transferjobs": self.documents,
            "jobs": self.jobs,
            "nodes": self.nodes,
            "pods": self.pods,
        }
        return {(resource,): float(len(store)) for resource, store in held.items()}
