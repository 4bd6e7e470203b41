"""Writes that are repeated, late, or about what somebody has changed by hand."""

from typing import Any

import pytest

from tests.cluster.api import ApiError
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.support.builders import make_manifest
from tests.support.installation import CRD
from transferjob_operator.core.naming import child_labels
from transferjob_operator.core.projection import project_job
from transferjob_operator.kube.client import KubeClient
from transferjob_operator.kube.document import JobDocument, project_document
from transferjob_operator.kube.errors import Conflict, NotLeading
from transferjob_operator.kube.store import Key
from transferjob_operator.kube.writer import NameTaken, Writer
from transferjob_operator.runtime.stores import Stores


def child(cluster: ControlPlane, namespace: str, owner: str = "flowers") -> dict[str, Any]:
    """A child whose owner is there, lest the garbage collector takes it; of which kind it is matters to nobody here."""
    where = Resource("v1", "configmaps", namespace)
    found = cluster.api.find(where.named(owner)) or cluster.api.create(where, {"metadata": {"name": owner}})
    uid = found["metadata"]["uid"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": owner, "uid": uid, "controller": True}
    containers = [{"name": "trainer", "image": "trainer:1"}]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": "flowers",
            "namespace": namespace,
            "labels": child_labels("flowers", uid),
            "ownerReferences": [reference],
        },
        "spec": {"suspend": True, "template": {"spec": {"restartPolicy": "Never", "containers": containers}}},
    }


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
def writer(client: KubeClient, stores: Stores) -> Writer:
    return Writer(client, stores.documents, stores.jobs, stores.pods)


@pytest.mark.checklist(10, 11)
def test_a_child_that_lost_its_labels_is_found_and_gets_them_back(
    cluster: ControlPlane, namespace: str, writer: Writer, stores: Stores
) -> None:
    writer.create_job(child(cluster, namespace))
    where = batch_jobs(namespace, "flowers")
    made = cluster.api.get(where)
    stripped = cluster.api.patch(where, {"metadata": {"labels": dict.fromkeys(made["metadata"]["labels"])}})
    stores.jobs.remove(project_job(stripped))  # what the watch tells then
    writer.create_job(child(cluster, namespace))
    found = cluster.api.get(where)["metadata"]
    assert found["uid"] == made["metadata"]["uid"]
    assert found["labels"].items() >= made["metadata"]["labels"].items()
    known = stores.jobs.get(Key(namespace, "flowers"))
    assert known is not None
    assert known.resource_version == found["resourceVersion"]


@pytest.mark.checklist(10, 11)
def test_a_strangers_job_is_left_as_it_is(cluster: ControlPlane, namespace: str, writer: Writer) -> None:
    writer.create_job(child(cluster, namespace))
    before = as_made(cluster, namespace)
    with pytest.raises(NameTaken):
        writer.create_job(child(cluster, namespace, "other"))
    assert as_made(cluster, namespace) == before


def as_made(cluster: ControlPlane, namespace: str) -> tuple[Any, ...]:
    """What a writer could change; the Job controller writes the status."""
    job = cluster.api.get(batch_jobs(namespace, "flowers"))
    metadata = job["metadata"]
    return metadata["uid"], metadata["labels"], metadata["ownerReferences"], job["spec"]


@pytest.mark.checklist(5)
def test_a_deleted_child_is_gone_for_the_next_decision_too(
    cluster: ControlPlane, namespace: str, writer: Writer, stores: Stores
) -> None:
    writer.create_job(child(cluster, namespace))
    known = stores.jobs.get(Key(namespace, "flowers"))
    assert known is not None
    writer.delete_job(namespace, "flowers", known.uid, None)
    left = stores.jobs.get(Key(namespace, "flowers"))
    assert left is None or left.deletion_time is not None
    writer.delete_job(namespace, "flowers", known.uid, None)


@pytest.mark.checklist(19)
def test_who_does_not_lead_any_more_writes_nothing(
    cluster: ControlPlane, namespace: str, client: KubeClient, stores: Stores
) -> None:
    deposed = Writer(client, stores.documents, stores.jobs, stores.pods, may_write=lambda: False)
    with pytest.raises(NotLeading):
        deposed.create_job(child(cluster, namespace))
    with pytest.raises(ApiError, match="404"):
        cluster.api.get(batch_jobs(namespace, "flowers"))


@pytest.mark.checklist(6)
def test_a_deletion_decided_on_old_data_spares_the_successor(
    cluster: ControlPlane, namespace: str, writer: Writer, stores: Stores
) -> None:
    writer.create_job(child(cluster, namespace))
    old = stores.jobs.get(Key(namespace, "flowers"))
    assert old is not None
    cluster.api.delete(batch_jobs(namespace, "flowers"))
    cluster.api.wait_gone(batch_jobs(namespace, "flowers"))
    successor = cluster.api.create(batch_jobs(namespace), child(cluster, namespace))
    with pytest.raises(Conflict):
        writer.delete_job(namespace, "flowers", old.uid, None)
    with pytest.raises(Conflict):
        writer.delete_job(namespace, "flowers", successor["metadata"]["uid"], old.resource_version)
    found = cluster.api.get(batch_jobs(namespace, "flowers"))["metadata"]
    assert (found["uid"], found.get("deletionTimestamp")) == (successor["metadata"]["uid"], None)


@pytest.mark.checklist(12, 22)
def test_a_status_decided_on_an_old_version_is_refused_and_the_next_one_loses_nothing(
    cluster: ControlPlane, namespace: str, writer: Writer, stores: Stores
) -> None:
    cluster.api.apply_file(CRD)
    where = Resource("transferjob.dev/v1alpha1", "transferjobs", namespace, "flowers")
    manifest = make_manifest()
    manifest["metadata"] = {"name": "flowers"}
    seen = project_document(cluster.api.create(where._replace(name=None), manifest))
    change = {"metadata": {"labels": {"made-by": "another"}}, "spec": {"run": {"suspend": True}}}
    cluster.api.patch(where, change)
    cluster.api.patch(where._replace(subresource="status"), {"status": {"node": "told by another"}})
    with pytest.raises(Conflict):
        writer.write_status(seen, {}, {"phase": "Pending", "attempts": 1})
    learned = stores.documents.get(Key(namespace, "flowers"))
    assert isinstance(learned, JobDocument)
    assert learned.raw["spec"]["run"]["suspend"] is True
    stored = learned.raw["status"]
    writer.write_status(learned, stored, {**stored, "phase": "Pending"})
    found = cluster.api.get(where)
    assert found["metadata"]["labels"] == {"made-by": "another"}
    assert found["spec"]["run"]["suspend"] is True
    assert found["status"] == {"node": "told by another", "phase": "Pending"}
