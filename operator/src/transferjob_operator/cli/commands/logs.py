"""`transferjob logs`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..options import Context, JobName, Kubeconfig, Namespace, connection_of

Follow = Annotated[bool, typer.Option("-f", "--follow", help="Follow the log to the end of the job, over restarts.")]
Tail = Annotated[int | None, typer.Option("--tail", min=0, metavar="LINES", help="Only the last lines. Default: all.")]


def logs(
    ctx: typer.Context,
    name: JobName,
    follow: Follow = False,
    tail: Tail = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Print the trainer's log; of a failed job whose pod is gone, the last lines that its status kept."""
    from ..cluster import connect
    from ..pod_logs import follow_logs, print_logs

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    job = cluster.get(name)
    if follow:
        follow_logs(cluster, job, tail)
    else:
        print_logs(cluster, job, tail)
