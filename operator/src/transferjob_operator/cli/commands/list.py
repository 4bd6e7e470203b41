"""`transferjob list`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..options import AllNamespaces, Context, Format, Kubeconfig, Namespace, Output, Watch, connection_of

Selector = Annotated[str, typer.Option("-l", "--selector", metavar="LABELS", help="Only jobs with these labels.")]


def list_jobs(
    ctx: typer.Context,
    all_namespaces: AllNamespaces = False,
    selector: Selector = "",
    watch: Watch = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """List jobs with phase, epoch, accuracy and time left."""
    from ..cluster import connect

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    if watch:
        from ..watch_list import watch_list

        watch_list(cluster, everywhere=all_namespaces, selector=selector, output=output)
        return
    _show(cluster.jobs(everywhere=all_namespaces, selector=selector), output, everywhere=all_namespaces)


def _show(jobs: list[dict[str, Any]], output: Format | None, *, everywhere: bool) -> None:
    from datetime import UTC, datetime

    from ..output import console, is_live, note, print_objects, say
    from ..views.table import job_table, plain_table

    if output is not None:
        print_objects(jobs, output, as_list=True)
        return
    now = datetime.now(UTC)
    if is_live():
        target = console()
        target.print(job_table(jobs, now, target.width, with_namespace=everywhere))
    elif jobs:
        say(plain_table(jobs, now, with_namespace=everywhere))
    else:
        note("There are no TransferJobs here.")
