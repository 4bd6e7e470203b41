"""`transferjob compare`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..options import Context, Format, Kubeconfig, Namespace, Output, connection_of

Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Names of the jobs.", show_default=False)]


def compare(
    ctx: typer.Context,
    names: Names,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Set jobs side by side: figures, accuracy over freeze depth, curves of the epochs.

    The best is first. Curves come from logs, so they are there while the pods are.
    """
    import sys
    from datetime import UTC, datetime

    from ..cluster import connect
    from ..curves import epochs_of
    from ..output import print_document, print_objects, say, terminal_width
    from ..views.comparison import comparison, comparison_document
    from ..views.job import name_of

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    jobs = [cluster.get(name) for name in dict.fromkeys(names)]
    now = datetime.now(UTC)
    if output is Format.NAME:
        print_objects(jobs, output, as_list=True)
        return
    curves = {name_of(job): epochs_of(cluster, job) for job in jobs}
    if output is not None:
        print_document(comparison_document(jobs, curves, now), output)
        return
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    say(comparison(jobs, curves, now, terminal_width(), unicode=unicode))
