"""`transferjob doctor`."""

from __future__ import annotations

import typer

from ..options import Context, Format, Kubeconfig, Namespace, Output, connection_of


def doctor(
    ctx: typer.Context,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Look at the cluster as jobs will find it: resource, operator, GPUs, storage, rights, each with a cure.

    Ends with 1 when something is wrong that keeps jobs from running; warnings end with 0.
    """
    from ..checkup import findings
    from ..cluster import connect
    from ..errors import CliError
    from ..exit_codes import ExitCode
    from ..output import console, print_document, say
    from ..views.checkup import checkup_view

    found = list(findings(connect(connection_of(ctx, kubeconfig, context, namespace))))
    if output is Format.NAME:
        say("\n".join(f"{finding.question} {finding.state}" for finding in found))
    elif output is not None:
        print_document([finding.document() for finding in found], output)
    else:
        console().print(checkup_view(found))
    faults = [finding.question for finding in found if finding.state == "fault"]
    if faults:
        raise CliError(f"Wrong: {', '.join(faults)}.", ExitCode.JOB_FAILED)
