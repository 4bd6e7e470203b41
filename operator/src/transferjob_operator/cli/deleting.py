"""Deletes jobs and waits until they are gone."""

from __future__ import annotations

from collections.abc import Sequence

from .cluster import Cluster, Job
from .errors import CliError
from .following import Deadline, Follower
from .output import note, say
from .views.job import name_of, namespace_of


def delete_each(cluster: Cluster, names: Sequence[str], *, quiet: bool) -> tuple[list[Job], CliError | None]:
    """Deletes every job that it can; returns those and the last error, the ones before it are noted."""
    gone: list[Job] = []
    problem: CliError | None = None
    for name in names:
        try:
            gone.append(cluster.delete(name))
            if not quiet:
                say(f"transferjob.transferjob.dev/{name} deleted")
        except CliError as error:
            if problem is not None:
                note(problem.sentence)
            problem = error
    return gone, problem


def await_gone(cluster: Cluster, job: Job, deadline: Deadline) -> None:
    """Returns when exactly this job is gone; raises CliError when the time is up."""
    follower = Follower(cluster, namespace_of(job), name_of(job), deadline=deadline)
    uid = job["metadata"]["uid"]
    for change in follower.changes():
        if change.kind in ("SYNCED", "DELETED") and not follower.has(uid):
            return
