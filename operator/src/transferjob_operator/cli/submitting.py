"""Checks manifests as a whole, stores them, and follows what they have become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from .cluster import Cluster, Job
from .errors import CliError, refused
from .exit_codes import ExitCode
from .following import Deadline
from .manifest import Manifest, read_manifests
from .options import Format, Goal
from .output import note, print_objects, say
from .validation import problems_of
from .views.job import name_of
from .views.line import job_line
from .watch_job import follow_until, shown


def load_valid(file: str, namespace: str | None) -> list[Mapping[str, Any]]:
    """The manifests of a file.

    Raises CliError that names every problem of every document with its field, value and line; `namespace` is the
    one of the option, which no document may contradict.
    """
    manifests = read_manifests(file)
    problems = [problem for manifest in manifests for problem in problems_of(manifest, namespace)]
    problems += _repeated(manifests)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise refused("\n".join([f"{count}, nothing was submitted:", *(f"  {problem}" for problem in problems)]))
    return [manifest.body for manifest in manifests]


def store(
    cluster: Cluster, manifests: Sequence[Mapping[str, Any]], *, force: bool, dry_run: bool, output: Format | None
) -> list[Job]:
    """Has the API server check all manifests, then stores them and says what was done to each."""
    checked = [cluster.submit(manifest, force=force, dry_run=True) for manifest in manifests]
    done = checked if dry_run else [cluster.submit(manifest, force=force) for manifest in manifests]
    jobs = [submitted.job for submitted in done]
    if output is not None:
        print_objects(jobs, output, as_list=len(jobs) > 1)
        return jobs
    for submitted in done:
        suffix = " (dry run)" if dry_run else ""
        say(f"transferjob.transferjob.dev/{name_of(submitted.job)} {submitted.action}{suffix}")
    return jobs


def follow_submitted(cluster: Cluster, jobs: Sequence[Job], seconds: float | None, *, show: bool) -> None:
    """Waits for the outcome of every job; raises CliError (job failed) when one failed, after all have ended."""
    deadline = Deadline.after(seconds)
    failure: CliError | None = None
    for job in jobs:
        try:
            _follow(cluster, job, deadline, show=show)
        except CliError as error:
            if error.code is not ExitCode.JOB_FAILED:
                raise
            if failure is not None:
                note(failure.sentence)
            failure = error
    if failure is not None:
        raise failure


def _follow(cluster: Cluster, job: Job, deadline: Deadline, *, show: bool) -> None:
    left = None if deadline.end is None else deadline.remaining()
    with shown(cluster, job) if show else nullcontext(lambda _: None) as seen:
        ended = follow_until(cluster, job, Goal.COMPLETE, left, seen)
    if not show:
        say(job_line(ended))


def _repeated(manifests: Sequence[Manifest]) -> list[str]:
    seen: set[tuple[object, object]] = set()
    repeated = []
    for manifest in manifests:
        metadata = manifest.body.get("metadata")
        if not isinstance(metadata, dict) or "name" not in metadata:
            continue
        key = (str(metadata.get("namespace")), str(metadata["name"]))
        if key in seen:
            line = manifest.line_of(("metadata", "name"))
            repeated.append(f"{manifest.source}, line {line}: metadata.name: {key[1]!r} is used by two documents.")
        seen.add(key)
    return repeated
