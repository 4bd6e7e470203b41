"""`transferjob version`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from ..options import Context, Format, Kubeconfig, Namespace, Output, connection_of

ClientOnly = Annotated[bool, typer.Option("--client", help="Do not ask the cluster.")]


def version(
    ctx: typer.Context,
    client: ClientOnly = False,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Print the versions of this program and, when it answers, of cluster, resource and operator."""
    from importlib.metadata import version as distribution_version

    from ..output import print_document, say

    def pairs() -> Iterator[tuple[str, str]]:
        yield "client", distribution_version("transferjob")
        if client:
            return
        from ..cluster import connect
        from ..versions import server_versions

        yield from server_versions(connect(connection_of(ctx, kubeconfig, context, namespace)))

    if output is Format.JSON or output is Format.YAML:
        print_document(dict(pairs()), output)
        return
    for name, found in pairs():
        say(f"{name}/{found}" if output is Format.NAME else f"{name}: {found}")
