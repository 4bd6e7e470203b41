"""Suspends jobs and lets them go on."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube.rest import TRANSFER_JOBS, merge_patch
from .cluster import Cluster, Job
from .errors import CliError, refused
from .options import Format
from .output import note, print_objects, say
from .views.fields import part
from .views.job import is_over, name_of, phase_of


def set_suspended(cluster: Cluster, names: Sequence[str], suspend: bool, output: Format | None) -> None:
    """Sets run.suspend of each job that has no outcome yet; raises the last CliError after all were tried."""
    changed: list[Job] = []
    problem: CliError | None = None
    for name in dict.fromkeys(names):
        try:
            job, changed_it = suspended(cluster, name, suspend)
            changed.append(job)
            if output is None:
                word = ("suspended" if suspend else "resumed") if changed_it else "unchanged"
                say(f"transferjob.transferjob.dev/{name} {word}")
        except CliError as error:
            if problem is not None:
                note(problem.sentence)
            problem = error
    if output is not None and changed:
        print_objects(changed, output, as_list=len(changed) > 1)
    if problem is not None:
        raise problem


def suspended(cluster: Cluster, name: str, suspend: bool) -> tuple[Job, bool]:
    """The job with run.suspend as wanted, and whether that changed it. Raises CliError when it has an outcome."""
    job = cluster.get(name)
    word = "suspended" if suspend else "resumed"
    if is_over(job):
        raise refused(
            f"TransferJob {name_of(job)} has {phase_of(job).lower()}; only one that has not ended can be {word}."
        )
    if (part(job, "spec", "run").get("suspend") is True) is suspend:
        return job, False
    patch = {"metadata": {"uid": job["metadata"]["uid"]}, "spec": {"run": {"suspend": suspend}}}
    with cluster.explained():
        return dict(cluster.send(merge_patch(TRANSFER_JOBS, cluster.namespace, name, patch))), True
