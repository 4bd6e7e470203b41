"""The headless Service by which the workers of one job find each other, and the names that it gives them.

It belongs to the TransferJob, not to the Job: names stay the same when the Job is made again.
"""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract.environment import PEER_PORT

from ..api.transfer_job import TransferJob
from .naming import OWNER_UID_LABEL, child_labels, child_name, owner_reference

PREFIX = "tj-"
"""The name of a Service begins with a letter and has at most 63 characters; a child's name has 57, of any beginning."""


def service_name(name: str) -> str:
    """Name of the Service of TransferJob `name`."""
    return f"{PREFIX}{child_name(name)}"


def peer_names(job: TransferJob) -> tuple[str, ...]:
    """The DNS name of each worker, by index. Source: hostnames of Indexed Jobs, `<job>-<index>`."""
    child, service = child_name(job.metadata.name), service_name(job.metadata.name)
    return tuple(f"{child}-{index}.{service}.{job.metadata.namespace}.svc" for index in range(job.spec.workers))


def service_manifest(job: TransferJob) -> dict[str, Any]:
    """The whole manifest. Equal jobs give equal manifests."""
    name, uid = job.metadata.name, job.metadata.uid
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": service_name(name),
            "namespace": job.metadata.namespace,
            "labels": child_labels(name, uid),
            "ownerReferences": [owner_reference(name, uid)],
        },
        "spec": {
            "clusterIP": "None",
            # Workers look for each other before any of them is ready.
            "publishNotReadyAddresses": True,
            "selector": {OWNER_UID_LABEL: uid},
            "ports": [{"name": "peers", "port": PEER_PORT, "protocol": "TCP"}],
        },
    }
