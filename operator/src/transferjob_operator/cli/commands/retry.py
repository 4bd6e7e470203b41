"""`transferjob retry`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import usage
from ..options import Context, JobName, Kubeconfig, Namespace, Output, connection_of

NewName = Annotated[
    str | None, typer.Option("--name", help="Name of the new job. Default: the next free NAME-retry-1, -2, ...")
]
Replace = Annotated[bool, typer.Option("--replace", help="Delete the failed job and use its name.")]
Watch = Annotated[bool, typer.Option("-w", "--watch", help="Follow the new job to its end; 1 when it fails again.")]


def retry(
    ctx: typer.Context,
    name: JobName,
    new_name: NewName = None,
    replace: Replace = False,
    watch: Watch = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Try a failed job again: the same spec as a new job; the failed one stays to be looked at.

    A feature cache is found again; checkpoints of the failed job are not. What the spec or the data did wrong fails
    again: mend it and submit under another name.
    """
    if new_name is not None and replace:
        raise usage("--name and --replace exclude each other.")
    from ..cluster import connect
    from ..output import print_objects, say
    from ..retrying import retry as made_again
    from ..submitting import follow_submitted
    from ..views.job import name_of

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    job = made_again(cluster, name, new_name, replace=replace)
    if output is not None:
        print_objects([job], output, as_list=False)
    else:
        say(f"transferjob.transferjob.dev/{name_of(job)} created")
    if watch:
        follow_submitted(cluster, [job], None, show=output is None)
