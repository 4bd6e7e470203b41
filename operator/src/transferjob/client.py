"""A cluster as one user sees it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import told
from .job import Job
from .run import Run

if TYPE_CHECKING:  # the Kubernetes client loads when a cluster is asked for
    from transferjob_operator.cli.cluster import Cluster


@dataclass(frozen=True)
class Client:
    """Jobs of one namespace; made by `connect`."""

    cluster: Cluster

    @property
    def namespace(self) -> str:
        """Where jobs are made and looked for."""
        return self.cluster.namespace

    def submit(self, job: Job, *, dry_run: bool = False) -> Run:
        """Creates the job, or changes the one of its name where it may be changed.

        Args:
            job: a built or loaded one.
            dry_run: have the API server check it and store nothing.

        Raises:
            InvalidJob: it is wrong already here.
            Error: the API server refuses it, or does not answer.
        """
        job.checked()
        with told():
            stored = self.cluster.submit(job.manifest, dry_run=dry_run)
        return Run(self.cluster, Job(stored.job))

    def get(self, name: str) -> Run:
        """The job of this name. Raises NotFound that names the nearest there is."""
        with told():
            return Run(self.cluster, Job(self.cluster.get(name)))

    def jobs(self, *, selector: str = "") -> list[Job]:
        """All jobs of the namespace as they are now, or those with these labels."""
        with told():
            return [Job(job) for job in self.cluster.jobs(selector=selector)]


def connect(
    *, namespace: str | None = None, context: str | None = None, kubeconfig: str | Path | None = None
) -> Client:
    """A client for the cluster that kubectl would talk to; nothing is sent yet.

    Args:
        namespace: None: the context's.
        context: of the kubeconfig; None: the current one.
        kubeconfig: file; None: $KUBECONFIG, ~/.kube/config, or the pod's own account.

    Raises:
        Error: nothing says where the cluster is.
    """
    from transferjob_operator.cli import cluster
    from transferjob_operator.cli.options import Connection

    path = Path(kubeconfig) if kubeconfig is not None else None
    with told():
        return Client(cluster.connect(Connection(path, context, namespace)))
