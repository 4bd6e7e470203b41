"""Follows several jobs, or all, by what needs attention; ends when those that were named have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console, RenderableType

from .cluster import Cluster, Job
from .errors import CliError
from .exit_codes import ExitCode
from .following import Change, Follower
from .options import Format
from .output import is_live, print_change
from .views.job import has_failed, is_over, name_of, reason_of
from .views.overview import overview
from .watching import ECHO_LINES, Lines, screen

Show = Callable[[Change], None]


def watch_many(cluster: Cluster, named: Sequence[Job], *, everywhere: bool, output: Format | None) -> None:
    """Shows the named jobs until all have ended, or all jobs until interrupted.

    Raises:
        CliError: a named job has failed (job failed), after all have ended.
    """
    wanted = {job["metadata"]["uid"] for job in named}
    jobs = {job["metadata"]["uid"]: job for job in named}
    follower = Follower(cluster, None if everywhere else cluster.namespace)
    with _shown(jobs, everywhere=everywhere, output=output) as show:
        for change in _of(follower.changes(), wanted):
            _keep(jobs, change)
            show(change)
            if wanted and change.kind == "SYNCED":
                for uid in [uid for uid in jobs if not follower.has(uid)]:
                    del jobs[uid]  # deleted before the first look
            if wanted and all(map(is_over, jobs.values())):
                break
    failed = [job for job in jobs.values() if wanted and has_failed(job)]
    if failed:
        told = "; ".join(f"{name_of(job)} failed: {reason_of(job)}" for job in failed)
        raise CliError(f"{len(failed)} of {len(named)} jobs failed. {told}", ExitCode.JOB_FAILED)


def _of(changes: Iterable[Change], wanted: set[str]) -> Iterator[Change]:
    for change in changes:
        if not wanted or not change.job or change.job["metadata"]["uid"] in wanted:
            yield change


def _keep(jobs: dict[str, Job], change: Change) -> None:
    if change.kind == "DELETED":
        jobs.pop(change.job["metadata"]["uid"], None)
    elif change.kind == "CHANGED":
        jobs[change.job["metadata"]["uid"]] = change.job


@contextmanager
def _shown(jobs: dict[str, Job], *, everywhere: bool, output: Format | None) -> Iterator[Show]:
    if output is not None:
        yield lambda change: print_change(change.job, output) if change.job else None
    elif not is_live():
        yield Lines(with_namespace=everywhere).show
    else:

        def view(now: datetime, target: Console) -> RenderableType:
            shown = list(jobs.copy().values())
            return overview(shown, now, target.width, target.height - ECHO_LINES, with_namespace=everywhere)

        with screen(view) as display:
            yield display.show
