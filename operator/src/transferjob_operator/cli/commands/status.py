"""`transferjob status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ..options import Context, Format, Goal, JobName, Kubeconfig, Namespace, Output, Watch, connection_of

if TYPE_CHECKING:
    from ..cluster import Cluster


def status(
    ctx: typer.Context,
    name: JobName,
    watch: Watch = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Show one job: progress, figures, reason, result and what to do next.

    With --watch it ends with the job: 0 when it succeeded, 1 when it failed.
    """
    from ..cluster import connect

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    job = cluster.get(name)
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


def _stream(cluster: Cluster, job: dict[str, Any], output: Format) -> None:
    from ..output import print_change
    from ..watch_job import follow_until

    follow_until(
        cluster, job, Goal.COMPLETE, None, lambda change: print_change(change.job, output) if change.job else None
    )
