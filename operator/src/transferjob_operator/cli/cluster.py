"""TransferJobs on a cluster: the only way by which commands reach the API server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import ConnectionSettingsError
from ..kube import rest
from ..kube.client import KubeClient, load_configuration
from ..kube.errors import ApiError, NotFound
from . import requests
from .errors import CliError, unknown_job, unreachable
from .explain import explain, is_missing_object
from .kubeconfig import namespace_of
from .options import Connection

Job = dict[str, Any]
_JOBS = rest.TRANSFER_JOBS


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job as the API server has it now, and what was done: created, configured or unchanged."""

    job: Job
    action: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """One API server as one user sees it; `namespace` is the one that commands act in."""

    client: KubeClient
    server: str
    namespace: str

    def get(self, name: str) -> Job:
        """The job; raises CliError naming the nearest known name when there is none."""
        try:
            return dict(self.send(rest.get(_JOBS, self.namespace, name)))
        except ApiError as error:
            raise self._job_error(error, self.namespace, name) from error

    def jobs(self, *, everywhere: bool = False, selector: str = "") -> list[Job]:
        """All jobs of the namespace, or of all namespaces, sorted as the API server sorts them."""
        with self.explained():
            return self.list_raw(None if everywhere else self.namespace, selector)[0]

    def list_raw(self, namespace: str | None, selector: str = "", name: str | None = None) -> tuple[list[Job], str]:
        """The jobs and the resource version to watch from. Raises ApiError."""
        jobs: list[Job] = []
        token = ""
        while True:
            request = rest.list_page(_JOBS, namespace, label_selector=selector, continue_token=token)
            page = self.send(requests.only(request, name))
            jobs += page["items"]
            token = page["metadata"].get("continue", "")
            if not token:
                return [_typed(job) for job in jobs], page["metadata"]["resourceVersion"]

    def submit(self, manifest: Mapping[str, Any], *, force: bool = False, dry_run: bool = False) -> Submitted:
        """Creates the job, or changes the one of that name where it may be changed.

        With `dry_run` the API server checks everything and stores nothing.
        """
        metadata = manifest["metadata"]
        namespace = metadata.get("namespace") or self.namespace
        with self.explained():
            if "name" not in metadata:
                return Submitted(self.send(requests.create(_JOBS, namespace, manifest, dry_run=dry_run)), "created")
            name = metadata["name"]
            before = self._find(namespace, name)
            request = requests.apply(_JOBS, namespace, name, manifest, force=force, dry_run=dry_run)
            return _compared(before, self.send(request))

    def delete(self, name: str) -> Job:
        """Deletes the job that is there now and returns it."""
        job = self.get(name)
        request = rest.delete(_JOBS, self.namespace, name, uid=job["metadata"]["uid"])
        try:
            self.send(request)
        except ApiError as error:
            raise self._job_error(error, self.namespace, name) from error
        return job

    def names(self, namespace: str) -> list[str]:
        """Names of the jobs in a namespace; empty when they cannot be read."""
        try:
            return [job["metadata"]["name"] for job in self.list_raw(namespace)[0]]
        except ApiError:
            return []

    def send(self, request: rest.Request) -> Any:
        """Sends any request. Raises ApiError."""
        return self.client.send(request)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns an ApiError inside the block into a CliError."""
        try:
            yield
        except ApiError as error:
            raise explain(error, self.server) from error

    def _find(self, namespace: str, name: str) -> Job | None:
        try:
            return dict(self.send(rest.get(_JOBS, namespace, name)))
        except NotFound as error:
            if is_missing_object(error, name):
                return None
            raise

    def _job_error(self, error: ApiError, namespace: str, name: str) -> CliError:
        if is_missing_object(error, name):
            return unknown_job(namespace, name, self.names(namespace))
        return explain(error, self.server)


def connect(connection: Connection) -> Cluster:
    """A client for the cluster that the options and kubeconfig name; nothing is sent yet.

    Raises CliError when neither says where the cluster is.
    """
    namespace = namespace_of(connection, os.environ)
    kubeconfig = str(connection.kubeconfig) if connection.kubeconfig else None
    try:
        configuration = load_configuration(kubeconfig, connection.context)
    except ConnectionSettingsError as error:
        raise unreachable(
            f"No cluster is configured ({error}). Name one with --kubeconfig, KUBECONFIG or --context."
        ) from error
    client = KubeClient(configuration, pool_size=4, user_agent="transferjob")
    return Cluster(client, str(configuration.host).rstrip("/"), namespace)


def _typed(job: Job) -> Job:
    return {"apiVersion": _JOBS.api_version, "kind": _JOBS.kind, **job}


def _compared(before: Job | None, after: Job) -> Submitted:
    if before is None:
        return Submitted(after, "created")
    unchanged = before["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"]
    return Submitted(after, "unchanged" if unchanged else "configured")
