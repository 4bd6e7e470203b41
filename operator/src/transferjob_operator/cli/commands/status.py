"""`transferjob status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..completing import job_names
from ..options import AllNamespaces, Context, Format, Goal, Kubeconfig, Namespace, Output, Watch, connection_of

if TYPE_CHECKING:
    from ..cluster import Cluster

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Jobs. Default: all.", show_default=False, autocompletion=job_names),
]


def status(
    ctx: typer.Context,
    names: Names = None,
    all_namespaces: AllNamespaces = False,
    watch: Watch = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Show one job: progress, curves, figures, reason, result, next step. Show many by what needs attention.

    With --watch it ends with the jobs that are named: 0 when they succeeded, 1 when one failed. Without names it goes
    on until Ctrl-C.
    """
    from ..cluster import connect
    from ..errors import usage

    if names and all_namespaces:
        raise usage("-A is for all jobs; name a namespace with -n.")
    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    if names and len(set(names)) == 1:
        _one(cluster, cluster.get(names[0]), output, watch=watch)
        return
    jobs = [cluster.get(name) for name in dict.fromkeys(names or ())]
    if watch:
        from ..watch_many import watch_many

        watch_many(cluster, jobs, everywhere=all_namespaces, output=output)
        return
    _show_many(jobs if names else cluster.jobs(everywhere=all_namespaces), output, everywhere=all_namespaces)


def _one(cluster: Cluster, job: dict[str, Any], output: Format | None, *, watch: bool) -> None:
    if not watch:
        _show(job, output)
    elif output is not None:
        _stream(cluster, job, output)
    else:
        from ..watch_job import watch_job

        watch_job(cluster, job)


def _show(job: dict[str, Any], output: Format | None) -> None:
    from datetime import UTC, datetime

    from ..output import console, print_objects
    from ..views.status import status_view

    if output is not None:
        print_objects([job], output, as_list=False)
        return
    console().print(status_view(job, datetime.now(UTC)))


def _show_many(jobs: list[dict[str, Any]], output: Format | None, *, everywhere: bool) -> None:
    from datetime import UTC, datetime

    from ..output import console, is_live, note, print_objects, say
    from ..views.overview import by_attention, overview, plain_overview

    if output is not None:
        print_objects([dict(job) for job in by_attention(jobs)], output, as_list=True)
        return
    now = datetime.now(UTC)
    if is_live():
        target = console()
        target.print(overview(jobs, now, target.width, with_namespace=everywhere))
    elif jobs:
        say(plain_overview(jobs, now, with_namespace=everywhere))
    else:
        note("There are no TransferJobs here.")


def _stream(cluster: Cluster, job: dict[str, Any], output: Format) -> None:
    from ..output import print_change
    from ..watch_job import follow_until

    follow_until(
        cluster, job, Goal.COMPLETE, None, lambda change: print_change(change.job, output) if change.job else None
    )
