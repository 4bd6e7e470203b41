"""`transferjob predict`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Claims, Context, Format, Kubeconfig, Model, Namespace, Output, connection_of

Images = Annotated[
    list[Path], typer.Argument(metavar="IMAGE", help="Pictures, or folders of them.", show_default=False)
]
Top = Annotated[int, typer.Option("--top", min=1, max=100, help="Classes a picture.")]


def predict(
    ctx: typer.Context,
    model: Model,
    images: Images,
    top: Top = 3,
    claims: Claims = None,
    output: Output = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
) -> None:
    """Classify pictures with a published model, decoded as in training.

    Credentials of S3 come from the usual AWS variables, those of gs:// are Google's application default ones. With
    -o name only the labels are printed, a line a picture.
    """
    from ..errors import refused
    from ..output import note, print_document, say, terminal_width
    from ..predicting import model_uri, predicted
    from ..views.predictions import prediction_lines

    uri = model_uri(model, connection_of(ctx, kubeconfig, context, namespace))
    answers = predicted(uri, images, top, claims)
    broken = [answer for answer in answers if "error" in answer]
    if output is Format.NAME:
        for answer in answers:
            say(str(answer["top"][0]["label"]) if "top" in answer else "")
    elif output is not None:
        print_document(answers, output)
    else:
        for line in prediction_lines(answers, terminal_width()):
            say(line)
    for answer in broken:
        note(f"{answer['image']} {answer['error']}.")
    if broken:
        raise refused(f"{len(broken)} of {len(answers)} pictures could not be read.")
