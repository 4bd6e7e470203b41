"""`transferjob version`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..options import Context, Kubeconfig, Namespace, connection_of

ClientOnly = Annotated[bool, typer.Option("--client", help="Do not ask the cluster.")]


def version(
    ctx: typer.Context,
    client: ClientOnly = False,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Print the versions of this program and, when it answers, of cluster, resource and operator."""
    from importlib.metadata import version as distribution_version

    from ..output import say

    say(f"client: {distribution_version('transferjob')}")
    if client:
        return
    from ..cluster import connect
    from ..versions import server_versions

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    for line in server_versions(cluster):
        say(line)
