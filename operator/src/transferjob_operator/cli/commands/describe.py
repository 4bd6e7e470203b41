"""`transferjob describe` and `transferjob events`."""

from __future__ import annotations

import typer

from ..options import Context, Format, JobName, Kubeconfig, Namespace, Output, connection_of


def describe(
    ctx: typer.Context,
    name: JobName,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Show all that is known of a job: state, reason with what to do, children, timeline, Events."""
    from datetime import UTC, datetime

    from ..children import children_of, events_or_why
    from ..cluster import connect
    from ..output import console, print_document, print_objects
    from ..views.describe import describe_document, description

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    job = cluster.get(name)
    if output is Format.NAME:
        print_objects([job], output, as_list=False)
        return
    children = children_of(cluster, job)
    events, why_none = events_or_why(cluster, job, children)
    if output is not None:
        print_document(describe_document(job, children, events), output)
        return
    console().print(description(job, children, events, why_none, datetime.now(UTC)))


def events(
    ctx: typer.Context,
    name: JobName,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """List the Events of a job, its child Job and its pods, oldest first."""
    from datetime import UTC, datetime

    from ..children import children_of, events_of
    from ..cluster import connect
    from ..output import note, print_document, say
    from ..views.events import event_lines

    cluster = connect(connection_of(ctx, kubeconfig, context, namespace))
    job = cluster.get(name)
    with cluster.explained():
        found = events_of(cluster, job, children_of(cluster, job))
    if output is Format.NAME:
        say("\n".join(f"{event.about} {event.reason}" for event in found))
    elif output is not None:
        print_document([event.document() for event in found], output)
    elif found:
        say("\n".join(event_lines(found, datetime.now(UTC))))
    else:
        note(f"There are no Events of TransferJob {name}; the cluster keeps them for an hour or so.")
