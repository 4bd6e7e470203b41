"""Tries failed jobs again: the same spec under a new name, so that what went wrong can still be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..kube.errors import ApiError, Conflict
from ..kube.rest import TRANSFER_JOBS
from . import requests
from .cluster import Cluster, Job
from .deleting import await_gone
from .errors import CliError, refused
from .exit_codes import ExitCode
from .explain import explain
from .following import Deadline
from .job_names import LONGEST, checked_name
from .views.fields import part
from .views.job import has_failed, name_of, namespace_of, phase_of

RETRY_OF = "transferjob.dev/retry-of"
"""Annotation: name of the job that was tried again."""
_ENDING = re.compile(r"-retry-\d+$")
_OTHERS = ("kubectl.kubernetes.io/", RETRY_OF)
_MOST_RACES = 20


def retry(cluster: Cluster, name: str, new_name: str | None, *, replace: bool) -> Job:
    """The job that was made from a failed one.

    Args:
        cluster: where it is.
        name: of the failed job.
        new_name: of the new one; None: the next free NAME-retry-N.
        replace: delete the failed job and use its name.

    Raises:
        CliError: no such job, or one that has not failed; a name that is taken.
    """
    job = cluster.get(name)
    if not has_failed(job):
        raise refused(f"TransferJob {name} is {phase_of(job)}; only one that has failed is tried again.")
    if new_name is not None:
        return _made(cluster, job, checked_name(new_name))
    if replace:
        _store(cluster, job, name, dry_run=True)
        await_gone(cluster, cluster.delete(name), Deadline(None))
        return _made(cluster, job, name)
    taken = set(cluster.names(cluster.namespace))
    for candidate in _candidates(name, taken):
        try:
            return _store(cluster, job, candidate)
        except Conflict:
            continue  # somebody else was quicker
    raise CliError(f"No name is free for another try of {name}.", ExitCode.REFUSED)


def again(job: Job, name: str) -> dict[str, Any]:
    """The manifest of a job, for another one that is not suspended."""
    metadata = part(job, "metadata")
    annotations = {
        key: value for key, value in part(metadata, "annotations").items() if not key.startswith(_OTHERS)
    } | {RETRY_OF: name_of(job)}  # fmt: skip
    spec = {**part(job, "spec")}
    if "run" in spec:
        spec["run"] = {key: value for key, value in spec["run"].items() if key != "suspend"}
    about = {"name": name, "namespace": namespace_of(job), "annotations": annotations}
    if labels := part(metadata, "labels"):
        about["labels"] = dict(labels)
    return {"apiVersion": TRANSFER_JOBS.api_version, "kind": TRANSFER_JOBS.kind, "metadata": about, "spec": spec}


def _candidates(name: str, taken: Iterable[str]) -> Iterator[str]:
    base, used, found = _ENDING.sub("", name), set(taken), 0
    for number in range(1, 10_000):
        ending = f"-retry-{number}"
        candidate = base[: LONGEST - len(ending)].rstrip("-") + ending
        if candidate not in used:
            found += 1
            yield candidate
        if found == _MOST_RACES:
            return


def _made(cluster: Cluster, job: Job, name: str) -> Job:
    try:
        return _store(cluster, job, name)
    except Conflict as error:
        raise refused(f"There is a TransferJob {name} already.") from error


def _store(cluster: Cluster, job: Job, name: str, *, dry_run: bool = False) -> Job:
    """Raises Conflict when the name is taken."""
    if dry_run:  # under a name that is free: what is refused must be refused before the old one is deleted
        name = f"{name[: LONGEST - 6]}-check"
    request = requests.create(TRANSFER_JOBS, cluster.namespace, again(job, name), dry_run=dry_run)
    try:
        return dict(cluster.send(request))
    except Conflict:
        raise
    except ApiError as error:
        raise explain(error, cluster.server) from error
