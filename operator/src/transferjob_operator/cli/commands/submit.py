"""`transferjob submit`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..durations import parse_duration
from ..errors import usage
from ..options import Context, Kubeconfig, Namespace, Output, Timeout, connection_of

File = Annotated[
    str, typer.Option("-f", "--filename", metavar="FILE", help="Manifest with one or more jobs; - is standard input.")
]
Wait = Annotated[bool, typer.Option("--wait", help="Return when all jobs have ended; 1 when one failed.")]
Watch = Annotated[bool, typer.Option("-w", "--watch", help="As --wait, and show the progress; for a single job.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check here and on the API server; store nothing.")]
Force = Annotated[bool, typer.Option("--force-conflicts", help="Take over fields that another tool manages.")]


def submit(
    ctx: typer.Context,
    file: File,
    wait: Wait = False,
    watch: Watch = False,
    timeout: Timeout = None,
    dry_run: DryRun = False,
    force_conflicts: Force = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Check manifests, all problems at once, then create the jobs or change what may be changed.

    Nothing is stored unless every document is valid here and to the API server.
    """
    seconds = parse_duration(timeout)
    if seconds is not None and not (wait or watch):
        raise usage("--timeout is for --wait and --watch.")
    if dry_run and (wait or watch):
        raise usage("--dry-run stores nothing that --wait or --watch could follow.")
    from ..cluster import connect
    from ..submitting import follow_submitted, load_valid, store

    manifests = load_valid(file, namespace)
    if watch and len(manifests) > 1:
        raise usage(f"--watch shows a single job, and {file} has {len(manifests)}; use --wait, or list --watch.")
    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    jobs = store(cluster, manifests, force=force_conflicts, dry_run=dry_run, output=output)
    if wait or watch:
        follow_submitted(cluster, jobs, seconds, show=watch)
