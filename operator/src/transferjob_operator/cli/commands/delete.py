"""`transferjob delete`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..durations import parse_duration
from ..options import Context, JobNames, Kubeconfig, Namespace, Output, Timeout, connection_of

Wait = Annotated[bool, typer.Option("--wait", help="Return when the jobs are gone.")]


def delete(
    ctx: typer.Context,
    names: JobNames,
    wait: Wait = False,
    timeout: Timeout = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Delete jobs and what runs for them. Models that were published stay."""
    seconds = parse_duration(timeout)
    from ..cluster import connect
    from ..deleting import await_gone, delete_each
    from ..following import Deadline
    from ..output import print_objects

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    deadline = Deadline.after(seconds)
    gone, problem = delete_each(cluster, list(dict.fromkeys(names)), quiet=output is not None)
    if output is not None and gone:
        print_objects(gone, output, as_list=len(names) > 1)
    if wait:
        for job in gone:
            await_gone(cluster, job, deadline)
    if problem is not None:
        raise problem
