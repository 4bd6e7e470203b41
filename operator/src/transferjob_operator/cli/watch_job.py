"""Follows one job to its end, or to a state that somebody waits for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.text import Text

from .cluster import Cluster, Job
from .errors import CliError, deleted
from .exit_codes import ExitCode
from .following import Change, Deadline, Follower
from .growing import Growing
from .options import Goal
from .output import console, is_live, speaks_unicode
from .views.chart import curve_chart
from .views.job import has_failed, has_succeeded, is_over, is_true, name_of, namespace_of, phase_of, reason_of
from .views.line import job_line
from .views.status import status_view
from .watching import ECHO_LINES, Lines, screen

Show = Callable[[Change], None]
_LINES_BETWEEN = 1
"""Status and curves."""


def reached(job: Job, goal: Goal) -> bool:
    """Whether the job is there. One that has succeeded has been running."""
    if goal is Goal.FAILED:
        return has_failed(job)
    if goal is Goal.RUNNING and (is_true(job, "Running") or phase_of(job) == "Running"):
        return True
    return has_succeeded(job)


def follow_until(cluster: Cluster, job: Job, goal: Goal, seconds: float | None, show: Show) -> Job:
    """Follows `job` until it reaches the goal and returns it then.

    Raises CliError when it ends otherwise, is deleted, or `seconds` have passed.
    """
    namespace, name, uid = namespace_of(job), name_of(job), job["metadata"]["uid"]
    follower = Follower(cluster, namespace, name, deadline=Deadline.after(seconds))
    for change in follower.changes():
        if change.kind == "CHANGED" and change.job["metadata"]["uid"] != uid:
            continue
        show(change)
        if change.kind == "DELETED" or (change.kind == "SYNCED" and not follower.has(uid)):
            raise deleted(namespace, name)
        if change.kind == "CHANGED" and reached(change.job, goal):
            return change.job
        if change.kind == "CHANGED" and is_over(change.job):
            raise ended_otherwise(change.job)
    raise AssertionError("following ends only by return or error")


def ended_otherwise(job: Job) -> CliError:
    """The job has an outcome, and not the one that was waited for."""
    if has_failed(job):
        why = str(reason_of(job)) or "no reason given"
        return CliError(f"TransferJob {name_of(job)} failed: {why}", ExitCode.JOB_FAILED)
    return CliError(f"TransferJob {name_of(job)} succeeded and will not fail.", ExitCode.JOB_FAILED)


@contextmanager
def shown(cluster: Cluster, job: Job) -> Iterator[Show]:
    """Shows the job while the block runs: live on a terminal, with its curves, else a line a change."""
    if not is_live():
        yield Lines().show
        return
    growing = Growing(cluster)
    latest = [job]
    epochs = [growing.after(job)]

    def view(now: datetime, target: Console) -> RenderableType:
        status = status_view(latest[0], now)
        room = target.height - len(target.render_lines(status, pad=False)) - _LINES_BETWEEN - ECHO_LINES
        chart = curve_chart(epochs[0], target.width, room, unicode=speaks_unicode())
        return Group(status, *([Text(), chart] if chart else []))

    with screen(view) as display:

        def show(change: Change) -> None:
            if change.job:
                latest[0] = change.job
                epochs[0] = growing.after(change.job)
            display.show(change)

        yield show


@contextmanager
def waited(job: Job) -> Iterator[Show]:
    """Where the job stands, on one line of the terminal while the block runs; nothing in a pipe."""
    if not (sys.stderr.isatty() and is_live()):
        yield lambda _change: None
        return
    with console(stderr=True).status(Text(job_line(job))) as line:

        def show(change: Change) -> None:
            if change.job:
                line.update(Text(job_line(change.job)))

        yield show


def watch_job(cluster: Cluster, job: Job, seconds: float | None = None) -> None:
    """Shows the job until it has an outcome; raises CliError (job failed) when it failed."""
    with shown(cluster, job) as show:
        follow_until(cluster, job, Goal.COMPLETE, seconds, show)
