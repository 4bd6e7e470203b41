"""A job on a cluster, to follow and to steer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .curves import Curves
from .errors import JobFailed, NotFound, told
from .job import Job
from .result import Result, result_of

if TYPE_CHECKING:
    from transferjob_operator.cli.cluster import Cluster


class Run:
    """A submitted job; `job` is how it was seen last."""

    def __init__(self, cluster: Cluster, job: Job) -> None:
        self._cluster = cluster
        self.job = job

    @property
    def name(self) -> str:
        """Of the job."""
        return self.job.name

    def refresh(self) -> Job:
        """The job as it is now. Raises NotFound when it is gone."""
        with told():
            self.job = Job(self._cluster.get(self.name))
        return self.job

    def watch(self, *, timeout: float | None = None) -> Iterator[Job]:
        """The job at each change, from how it is now to its outcome.

        It ends with the outcome, be it success or failure; `result` raises for a failure.

        Args:
            timeout: seconds; None: as long as it takes.

        Raises:
            NotFound: it was deleted.
            TimedOut: the time is up.
        """
        from transferjob_operator.cli.errors import deleted
        from transferjob_operator.cli.following import Deadline, Follower

        namespace, uid = str(self.job.namespace), self.job.manifest["metadata"]["uid"]
        follower = Follower(self._cluster, namespace, self.name, deadline=Deadline.after(timeout))
        with told():
            for change in follower.changes():
                if change.kind == "CHANGED" and change.job["metadata"]["uid"] == uid:
                    self.job = Job(change.job)
                    yield self.job
                    if self.job.succeeded or self.job.failed:
                        return
                elif change.kind == "DELETED" or (change.kind == "SYNCED" and not follower.has(uid)):
                    raise deleted(namespace, self.name)

    def wait(self, *, timeout: float | None = None) -> Result:
        """Its result, when it has one.

        Raises:
            JobFailed: it failed; the text says why.
            TimedOut: the time is up.
            NotFound: it was deleted.
        """
        for _ in self.watch(timeout=timeout):
            pass
        return self.result()

    def result(self, *, claims: str | Path | None = None) -> Result:
        """What it has made.

        Args:
            claims: folder in which the claims of pvc:// URIs are mounted on this machine.

        Raises:
            JobFailed: it failed; the text says why.
            NotFound: it has not ended yet.
        """
        if self.job.failed:
            raise JobFailed(f"TransferJob {self.name} failed: {self.job.reason or 'no reason given'}")
        if not self.job.succeeded:
            raise NotFound(f"TransferJob {self.name} has no model yet: it is {self.job.phase}.")
        return result_of(self.job, Path(claims) if claims is not None else None)

    def curves(self) -> Curves:
        """Figures of its epochs so far, from the log of its newest pod; empty when that is gone."""
        from transferjob_operator.cli.curves import epochs_of

        return Curves(self.name, tuple(epochs_of(self._cluster, dict(self.refresh().manifest))))

    def suspend(self) -> Job:
        """Stops it after a checkpoint and frees its GPUs."""
        return self._suspended(True)

    def resume(self) -> Job:
        """Lets it go on from its checkpoint."""
        return self._suspended(False)

    def delete(self) -> None:
        """Deletes it and what runs for it; a published model stays."""
        with told():
            self._cluster.delete(self.name)

    def _suspended(self, suspend: bool) -> Job:
        from transferjob_operator.cli.pausing import suspended

        with told():
            self.job = Job(suspended(self._cluster, self.name, suspend)[0])
        return self.job

    def _repr_html_(self) -> str:
        from .display import run_html

        return run_html(self.refresh().manifest, self.curves())
