"""`transferjob compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Claims, Context, Format, JobNames, Kubeconfig, Namespace, Output, connection_of

Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page that needs nothing else; an old one goes.")
]


def compare(
    ctx: typer.Context,
    names: JobNames,
    html: Page = None,
    claims: Claims = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Set jobs side by side: figures, accuracy over freeze depth, curves of the epochs.

    The best is first. Curves come from logs, so they are there while the pods are. --html writes a page with curves,
    accuracy over freeze depth, time, and confusion matrices side by side; it reads the published files too.
    """
    from datetime import UTC, datetime

    from ..cluster import connect
    from ..curves import epochs_of
    from ..output import print_document, print_objects, say, speaks_unicode, terminal_width
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
    if html is not None:
        from ..comparing import comparison_page

        count = comparison_page(html, jobs, curves, now, claims)
        say(f"{html}: {count} of {len(jobs)} jobs with their confusion matrix")
        return
    say(comparison(jobs, curves, now, terminal_width(), unicode=speaks_unicode()))
