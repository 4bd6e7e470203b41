"""`transferjob advise`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Format, Output

Backbone = Annotated[str | None, typer.Option("--backbone", help="See: transferjob backbones.")]
Dataset = Annotated[
    str | None,
    typer.Option("--dataset", metavar="FOLDER|URI", help="A folder of this machine with one folder a class, or a URI."),
]
File = Annotated[
    str | None,
    typer.Option("-f", "--filename", metavar="FILE", help="A manifest in place of --backbone and --dataset."),
]
Weights = Annotated[str, typer.Option("--weights", metavar="imagenet|none|URI", help="Weights to begin with.")]
Size = Annotated[
    int | None, typer.Option("--size", metavar="PIXELS", help="Side of the input. Default: the backbone's.")
]
Epochs = Annotated[int, typer.Option("--epochs", min=1, help="Epochs of the job that the advice is for.")]
Job = Annotated[
    str | None, typer.Option("--job", metavar="NAME", help="The job of the manifest, where it has more than one.")
]
Claims = Annotated[
    Path, typer.Option("--claims", metavar="FOLDER", help="pvc://NAME/PATH is FOLDER/NAME/PATH.", show_default=True)
]
Quick = Annotated[bool, typer.Option("--quick", help="From probes alone, without short trainings: a first guess.")]
GPUs = Annotated[int, typer.Option("--gpus", min=0, help="GPUs to use.")]


def advise(
    backbone: Backbone = None,
    dataset: Dataset = None,
    file: File = None,
    job: Job = None,
    weights: Weights = "imagenet",
    size: Size = None,
    epochs: Epochs = 10,
    quick: Quick = False,
    claims: Claims = Path("claims"),
    gpus: GPUs = 0,
    output: Output = None,
) -> None:
    """Advise how many layers to freeze, from your own pictures. It runs on this machine; nothing is published.

    What comes out of each block is probed with a linear classifier, then a few freeze counts are trained for a short
    while, each three times: minutes. With -o name only the freeze count is printed. A job whose weights come from
    another job of the manifest is advised once that has been run here. Credentials of S3 come from the usual AWS
    variables.
    """
    from ..advising import Means, Question, advised, manifest_job, question_job
    from ..errors import usage
    from ..output import print_document, say, terminal_width
    from ..views.advice import advice_text

    taken = None
    if file is not None:
        if backbone is not None or dataset is not None:
            raise usage("Give -f, or --backbone and --dataset, not both.")
        asked, taken = manifest_job(file, job, claims)
    elif backbone is None or dataset is None or job is not None:
        raise usage("--backbone and --dataset are needed, or -f with a manifest.")
    else:
        asked = question_job(Question(backbone, dataset, weights, size, epochs))
    report = advised(asked, taken, Means(claims, gpus, quick=quick))
    document = report.model_dump(mode="json", by_alias=True, exclude_none=True)
    if output is Format.NAME:
        say(str(report.recommended))
    elif output is not None:
        print_document(document, output)
    else:
        say(advice_text(document, asked.spec.backbone.depth, terminal_width()))
