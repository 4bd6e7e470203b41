"""`transferjob delete`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..durations import parse_duration
from ..options import Context, Kubeconfig, Namespace, Timeout, connection_of

Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Names of the jobs.", show_default=False)]
Wait = Annotated[bool, typer.Option("--wait", help="Return when the jobs are gone.")]


def delete(
    ctx: typer.Context,
    names: Names,
    wait: Wait = False,
    timeout: Timeout = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Delete jobs and what runs for them. Models that were published stay."""
    seconds = parse_duration(timeout)
    from ..cluster import connect
    from ..deleting import await_gone, delete_each
    from ..following import Deadline

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    deadline = Deadline.after(seconds)
    gone, problem = delete_each(cluster, list(dict.fromkeys(names)))
    if wait:
        for job in gone:
            await_gone(cluster, job, deadline)
    if problem is not None:
        raise problem
