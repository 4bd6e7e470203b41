"""`transferjob init`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..options import Output

Data = Annotated[
    str | None,
    typer.Option("--data", metavar="FOLDER|URI", help="A folder of this machine with one folder a class, or a URI."),
]
Name = Annotated[str | None, typer.Option("--name", help="Name of the job. Default: from the folder's name.")]
Backbone = Annotated[str | None, typer.Option("--backbone", help="See: transferjob backbones. Default: MobileNetV2.")]
Weights = Annotated[str, typer.Option("--weights", metavar="imagenet|none|URI", help="Weights to begin with.")]
Freeze = Annotated[
    str | None,
    typer.Option("--freeze", metavar="N|auto|all|none", help="Layers to freeze. Default: by pictures a class."),
]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", min=1, help="Passes over the pictures. Default: 10, up to 100 where they are few."),
]
OutputURI = Annotated[str | None, typer.Option("--output-uri", metavar="URI", help="Where the model goes.")]
Write = Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write the manifest to this new file.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Let --write replace a file.")]


def init(
    data: Data = None,
    name: Name = None,
    backbone: Backbone = None,
    weights: Weights = "imagenet",
    freeze: Freeze = None,
    epochs: Epochs = None,
    output_uri: OutputURI = None,
    write: Write = None,
    overwrite: Overwrite = False,
    output: Output = None,
) -> None:
    """Write a manifest with comments, after a look at the pictures.

    On a terminal it asks for what is not given. A folder of this machine gives a manifest for `transferjob run`; its
    comments say what to change for a cluster.
    """
    from ..errors import usage
    from ..starting import Wishes, starting_manifest
    from ..written import give_manifest

    if data is None:
        if not sys.stdin.isatty():
            raise usage("--data is needed: a folder with one folder a class, or a URI.")
        data = str(typer.prompt("Folder or URI of the pictures (one folder a class)", err=True))
        backbone = backbone or str(typer.prompt("Backbone", default="MobileNetV2", err=True))
    wishes = Wishes(data, name, backbone or "MobileNetV2", weights, freeze, epochs, output_uri)
    document, text = starting_manifest(wishes)
    give_manifest(document, text, output=output, file=write, overwrite=overwrite, local=True)
