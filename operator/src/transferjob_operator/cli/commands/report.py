"""`transferjob report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Claims, Context, Format, Kubeconfig, Model, Namespace, Output, connection_of

Write = Annotated[
    Path | None, typer.Option("--write", metavar="FILE", help="Put it here. Default: the user's cache folder.")
]
Show = Annotated[bool, typer.Option("--open/--no-open", help="Show it in a browser, where there is one.")]


def report(
    ctx: typer.Context,
    model: Model,
    write: Write = None,
    show: Show = True,
    claims: Claims = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Fetch the report of a finished job, print its path and show it in a browser.

    Credentials of S3 come from the usual AWS variables. A report that lies on this machine is not copied.
    """
    from ..browser import shown_in_browser
    from ..fetching import report_file
    from ..output import is_live, print_document, say
    from ..predicting import model_uri

    uri = model_uri(model, connection_of(ctx, kubeconfig, context, namespace))
    path = report_file(uri, claims, write).resolve()
    if output is None or output is Format.NAME:
        say(str(path))
    else:
        print_document({"report": str(path), "model": uri}, output)
    if show and output is None and is_live():
        shown_in_browser(path)
