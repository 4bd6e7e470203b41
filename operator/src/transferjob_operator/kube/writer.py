"""Every write to children and status. Each is safe to repeat after a lost reply and to send from a stale view.

Status goes by merge patch of what changed, with the object's resourceVersion as precondition: a decision that rests on
an older object is refused, and fields that it leaves out are removed. Server-side apply would need forced ownership for
the same and costs the API server a structured merge and managedFields for each write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.naming import JOB_NAME_LABEL, controller_of
from ..core.nodes import project_node
from ..core.projection import project_job, project_pod
from ..core.records import JobRecord, PodRecord
from ..core.times import format_time
from . import rest
from .client import KubeClient
from .document import JobDocument, project_document
from .errors import Conflict, NotFound, NotLeading
from .mergepatch import merge_patch
from .store import Key, Store


class NameTaken(Exception):
    """The child's name belongs to an object of somebody else, of this kind."""

    def __init__(self, resource: rest.Resource, name: str) -> None:
        super().__init__(f"{resource.kind} {name}")
        self.resource = resource


class Writer:
    """Writes, and lets the stores learn what the server answered."""

    def __init__(
        self,
        client: KubeClient,
        documents: Store[JobDocument],
        jobs: Store[JobRecord],
        pods: Store[PodRecord],
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        """Prepares.

        Args:
            client: sends the requests.
            documents: learns what TransferJobs are after a write.
            jobs: learns what Jobs are after a write.
            pods: learns what pods are after a write.
            may_write: asked before each write, so that a leader that lost its lease in mid-pass stops there.
        """
        self._client, self._documents, self._jobs, self._pods = client, documents, jobs, pods
        self._may_write = may_write

    def create_job(self, manifest: Mapping[str, Any]) -> None:
        """Makes a child Job; one that its owner has already is success.

        One that is there and that no watch shows has lost the labels by which it is followed: they are put back.

        Raises:
            NameTaken: a Job of that name has another owner.
            ApiError: it was not made.
        """
        metadata = manifest["metadata"]
        try:
            created = self._write(rest.create(rest.JOBS, metadata["namespace"], manifest))
        except Conflict:
            created = self._relabelled(self._existing(rest.JOBS, metadata), metadata["labels"])
        self._jobs.learn(project_job(created))

    def create_service(self, manifest: Mapping[str, Any]) -> None:
        """Makes the Service of a job's workers; one that its owner has already is success.

        Raises:
            NameTaken: a Service of that name has another owner.
            ApiError: it was not made.
        """
        metadata = manifest["metadata"]
        try:
            self._write(rest.create(rest.SERVICES, metadata["namespace"], manifest))
        except Conflict:
            self._existing(rest.SERVICES, metadata)

    def suspend_job(
        self, namespace: str, name: str, uid: str, suspend: bool, resource_version: str | None = None
    ) -> None:
        """Sets spec.suspend of exactly the Job with this uid; a Job that is gone needs nothing.

        Raises:
            Conflict: another Job has the name now, or this one was changed since it was seen.
        """
        seen = {"uid": uid} | ({"resourceVersion": resource_version} if resource_version else {})
        patch = {"metadata": seen, "spec": {"suspend": suspend}}
        request = rest.merge_patch(rest.JOBS, namespace, name, patch)
        self._tolerate_absence(lambda: self._jobs.learn(project_job(self._write(request))))

    def delete_job(self, namespace: str, name: str, uid: str, resource_version: str | None) -> None:
        """Deletes exactly this Job and, in the background, its pods; one that is gone is success.

        Raises:
            Conflict: the Job was changed or replaced since it was seen.
        """
        request = rest.delete(rest.JOBS, namespace, name, uid=uid, resource_version=resource_version)
        self._tolerate_absence(lambda: self._learn_job(Key(namespace, name), uid, self._write(request)))

    def delete_transfer_job(self, namespace: str, name: str, uid: str, resource_version: str) -> None:
        """Deletes exactly this version of a TransferJob; one that is gone is success.

        Raises:
            Conflict: it was changed or replaced since it was seen.
        """
        request = rest.delete(rest.TRANSFER_JOBS, namespace, name, uid=uid, resource_version=resource_version)
        self._tolerate_absence(lambda: self._write(request))

    def delete_pod(self, namespace: str, name: str, uid: str, *, grace_seconds: int | None = None) -> None:
        """Deletes exactly this pod; one that is gone is success.

        Args:
            namespace: its namespace.
            name: its name.
            uid: its UID.
            grace_seconds: 0 does not wait for the kubelet; None leaves the pod its own time.

        Raises:
            Conflict: another pod has the name now.
        """
        request = rest.delete(rest.PODS, namespace, name, uid=uid, grace_seconds=grace_seconds)
        self._tolerate_absence(lambda: self._learn_pod(self._write(request)))

    def fail_pod(self, namespace: str, name: str, uid: str, reason: str, message: str) -> None:
        """Reports this pod as failed by disruption, in the place of a kubelet that is not heard of.

        Raises:
            Conflict: another pod has the name now.
        """
        disrupted = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}
        status = {
            "phase": "Failed",
            "reason": reason,
            "message": message,
            "conditions": [{**disrupted, "lastTransitionTime": format_time(datetime.now(UTC))}],
        }
        patch = {"metadata": {"uid": uid}, "status": status}
        request = rest.strategic_patch(rest.PODS, namespace, name, patch, "status")
        self._tolerate_absence(lambda: self._learn_pod(self._write(request)))

    def unreachable_since(self, node: str) -> datetime | None:
        """Since when the cluster does not hear of a node, read anew; None where it does, or the node is gone."""
        try:
            return project_node(self._client.send(rest.get(rest.NODES, None, node))).unreachable_since
        except NotFound:
            return None

    def confirm(self, document: JobDocument) -> None:
        """Asks the API server whether a TransferJob is as it was seen.

        Raises:
            Conflict: it is gone, another has its name, or it was changed; what there is now has been learned.
        """
        request = rest.get(rest.TRANSFER_JOBS, document.namespace, document.name)
        try:
            found = project_document(self._client.send(request))
        except NotFound:
            self._documents.learn_end(document)
            raise Conflict(409, "Conflict", f"TransferJob {document.name} is gone") from None
        self._documents.learn(found)
        if (found.uid, found.resource_version) != (document.uid, document.resource_version):
            raise Conflict(409, "Conflict", f"TransferJob {document.name} was changed")

    def write_status(self, document: JobDocument, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Writes what changed in the status; nothing where nothing did.

        Returns:
            Whether there was a write. A job that is gone needs none.

        Raises:
            Conflict: the job was changed since it was seen; what it is now has been learned.
        """
        patch = merge_patch(old, new)
        if not patch:
            return False
        try:
            self._documents.learn(project_document(self._write(_status_request(document, patch))))
        except NotFound:
            return False
        except Conflict:
            self.reread(document)
            raise
        return True

    def reread(self, document: JobDocument) -> None:
        """Learns what the job is now, ahead of the watch."""
        self._tolerate_absence(
            lambda: self._documents.learn(
                project_document(self._client.send(rest.get(rest.TRANSFER_JOBS, document.namespace, document.name)))
            )
        )

    def reread_pods(self, job: JobRecord) -> tuple[PodRecord, ...]:
        """The pods of this Job as they are now, learned ahead of the watch."""
        selector = f"{JOB_NAME_LABEL}={job.name}"
        answer = self._client.send(rest.list_page(rest.PODS, job.namespace, label_selector=selector))
        found = tuple(pod for pod in map(project_pod, answer.get("items") or ()) if pod.job_uid == job.uid)
        for pod in found:
            self._pods.learn(pod)
        return found

    def job_is_foreign(self, namespace: str, name: str, owner_uid: str) -> bool:
        """Whether a Job of this name exists that is not this owner's, whatever labels it carries."""
        return self._is_foreign(rest.JOBS, namespace, name, owner_uid)

    def service_is_foreign(self, namespace: str, name: str, owner_uid: str) -> bool:
        """Whether a Service of this name exists that is not this owner's."""
        return self._is_foreign(rest.SERVICES, namespace, name, owner_uid)

    def _is_foreign(self, resource: rest.Resource, namespace: str, name: str, owner_uid: str) -> bool:
        try:
            found = self._client.send(rest.get(resource, namespace, name))
        except NotFound:
            return False
        return not _is_owned(found, owner_uid)

    def _existing(self, resource: rest.Resource, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.send(rest.get(resource, metadata["namespace"], metadata["name"]))
        owner = controller_of(metadata) or {}
        if not _is_owned(found, str(owner.get("uid"))):
            raise NameTaken(resource, metadata["name"])
        return found

    def _relabelled(self, job: Mapping[str, Any], labels: Mapping[str, str]) -> Mapping[str, Any]:
        metadata = job["metadata"]
        lost = {name: value for name, value in labels.items() if (metadata.get("labels") or {}).get(name) != value}
        if not lost:
            return job
        patch = {"metadata": {"uid": metadata["uid"], "labels": lost}}
        mended: Mapping[str, Any] = self._write(
            rest.merge_patch(rest.JOBS, metadata["namespace"], metadata["name"], patch)
        )
        return mended

    def _write(self, request: rest.Request) -> Any:
        if not self._may_write():
            raise NotLeading
        return self._client.send(request)

    def _learn_job(self, key: Key, uid: str, answer: Mapping[str, Any]) -> None:
        """Takes in the answer to a deletion: the Job as it waits for its end, or a Status when it is gone."""
        known = self._jobs.get(key)
        if answer.get("kind") == "Job":
            self._jobs.learn(project_job(answer))
        elif known is not None and known.uid == uid:
            self._jobs.learn_end(known)

    def _learn_pod(self, answer: Mapping[str, Any]) -> None:
        if answer.get("kind") == "Pod":
            self._pods.learn(project_pod(answer))

    @staticmethod
    def _tolerate_absence(write: Callable[[], Any]) -> None:
        try:
            write()
        except NotFound:
            return


def _is_owned(job: Mapping[str, Any], uid: str) -> bool:
    return (controller_of(job["metadata"]) or {}).get("uid") == uid


def _status_request(document: JobDocument, patch: Mapping[str, Any]) -> rest.Request:
    body = {"metadata": {"uid": document.uid, "resourceVersion": document.resource_version}, "status": patch}
    return rest.merge_patch(rest.TRANSFER_JOBS, document.namespace, document.name, body, "status")
