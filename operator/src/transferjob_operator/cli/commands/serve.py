"""`transferjob serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..options import Claims, Context, Format, Kubeconfig, Model, Namespace, Output, connection_of

_LOOPBACK = "127.0.0.1"
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0: one that is free.")]
Top = Annotated[int, typer.Option("--top", min=1, max=100, help="Classes a picture.")]


def serve(
    ctx: typer.Context,
    model: Model,
    host: Host = _LOOPBACK,
    port: Port = 8080,
    top: Top = 5,
    claims: Claims = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Serve a published model on this machine: a page to drop pictures on, and answers as JSON.

    GET / is the page, POST /predict takes a picture's file, GET /model and /healthz tell of the server. It listens on
    this machine alone unless --host says otherwise; there is no password. A SavedModel is taken where there is one.
    """
    from ..output import note, print_document, say
    from ..predicting import model_uri
    from ..serving import Where, serving

    uri = model_uri(model, connection_of(ctx, kubeconfig, context, namespace))
    if host not in (_LOOPBACK, "::1", "localhost"):
        note(f"Everyone who reaches {host} may use the model.")
    with serving(uri, Where(host, port, top), claims) as (url, lines):
        if output is Format.NAME:
            say(url)
        elif output is not None:
            print_document({"url": url, "model": uri}, output)
        else:
            say(f"{model} is served at {url}\nCtrl-C ends it. curl --data-binary @photo.jpg {url}predict")
        for line in lines:
            (say if output is None else note)(line)
