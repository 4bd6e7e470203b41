"""Follows all jobs: a table that is redrawn, a line a change, or objects for machines. Ends with Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console, RenderableType

from .cluster import Cluster, Job
from .following import Change, Follower
from .options import Format
from .output import is_live, print_change
from .views.job import name_of, namespace_of
from .views.table import bounded_table
from .watching import ECHO_LINES, Lines, screen


def watch_list(cluster: Cluster, *, everywhere: bool, selector: str, output: Format | None) -> None:
    """Shows the jobs until interrupted."""
    namespace = None if everywhere else cluster.namespace
    changes = Follower(cluster, namespace, selector=selector).changes()
    if output is not None:
        for change in changes:
            if change.job:
                print_change(change.job, output)
    elif is_live():
        _live(changes, everywhere=everywhere)
    else:
        lines = Lines(with_namespace=everywhere)
        for change in changes:
            lines.show(change)


def _live(changes: Iterable[Change], *, everywhere: bool) -> None:
    jobs: dict[str, Job] = {}

    def view(now: datetime, target: Console) -> RenderableType:
        rows = sorted(jobs.copy().values(), key=lambda job: (namespace_of(job), name_of(job)))
        return bounded_table(rows, now, target.width, target.height - ECHO_LINES, with_namespace=everywhere)

    with screen(view) as display:
        for change in changes:
            _keep(jobs, change)
            display.show(change)


def _keep(jobs: dict[str, Job], change: Change) -> None:
    if change.kind == "DELETED":
        jobs.pop(change.job["metadata"]["uid"], None)
    elif change.kind == "CHANGED":
        jobs[change.job["metadata"]["uid"]] = change.job
