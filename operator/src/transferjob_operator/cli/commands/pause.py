"""`transferjob suspend` and `transferjob resume`."""

from __future__ import annotations

import typer

from ..options import Context, JobNames, Kubeconfig, Namespace, Output, connection_of


def suspend(
    ctx: typer.Context,
    names: JobNames,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Stop jobs after a checkpoint and give their GPUs back; `resume` has them go on from there."""
    from ..cluster import connect
    from ..pausing import set_suspended

    set_suspended(connect(connection_of(ctx, kubeconfig, context, namespace)), names, True, output)


def resume(
    ctx: typer.Context,
    names: JobNames,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Let suspended jobs go on from their checkpoints."""
    from ..cluster import connect
    from ..pausing import set_suspended

    set_suspended(connect(connection_of(ctx, kubeconfig, context, namespace)), names, False, output)
