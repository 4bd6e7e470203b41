"""`transferjob wait`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..durations import parse_duration
from ..options import Context, Goal, JobName, Kubeconfig, Namespace, Output, Timeout, connection_of

For = Annotated[Goal, typer.Option("--for", help="The state to wait for.")]


def wait(
    ctx: typer.Context,
    name: JobName,
    goal: For = Goal.COMPLETE,
    timeout: Timeout = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Wait until a job is complete, running or failed; 1 when it ends otherwise, 124 when time is up."""
    seconds = parse_duration(timeout)
    from ..cluster import connect
    from ..output import print_objects, say
    from ..views.line import job_line
    from ..watch_job import follow_until, waited

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    found = cluster.get(name)
    with waited(found) as show:
        job = follow_until(cluster, found, goal, seconds, show)
    if output is not None:
        print_objects([job], output, as_list=False)
    else:
        say(job_line(job))
