"""`transferjob backbones`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ..completing import backbone_names
from ..options import Format, Output

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME]", help="One backbone with its layers.", show_default=False, autocompletion=backbone_names
    ),
]
VariantOption = Annotated[
    Literal["imagenet", "plain"],
    typer.Option("--variant", help="EfficientNet V1 has one layer more with Keras' ImageNet weights."),
]


Freeze = Annotated[int | None, typer.Option("--freeze", min=0, metavar="N", help="Draw the first N layers frozen.")]


def backbones(
    name: Name = None, variant: VariantOption = "imagenet", freeze: Freeze = None, output: Output = None
) -> None:
    """List the 40 backbones, or the layers of one with their numbers and the ends of its blocks.

    One is drawn along its depth too: a mark below the end of each block, a number below the end of each stage.
    """
    from transferjob_trainer.contract import BACKBONES
    from transferjob_trainer.contract.block_table import block_table

    from ..errors import usage
    from ..known import known_backbone
    from ..output import console, print_document, say, speaks_unicode, terminal_width
    from ..views.backbone_layers import backbone_document, backbone_page
    from ..views.backbone_list import backbone_list, list_document
    from ..views.depth_bar import depth_bar

    if name is None:
        if output is Format.NAME:
            say("\n".join(BACKBONES))
        elif output is not None:
            print_document(list_document(), output)
        else:
            say(backbone_list())
        return
    facts = known_backbone(name)
    if freeze is not None and freeze > facts.depth(variant):
        raise usage(f"--freeze must be at most {facts.depth(variant)}, the layers of {facts.name}, got {freeze}.")
    if output is Format.NAME:
        say(facts.name)
    elif output is not None:
        print_document(backbone_document(facts, variant), output)
    else:
        target = console()
        table, depth = block_table(facts.name, variant), facts.depth(variant)
        target.print(depth_bar(table, depth, freeze, target.width, unicode=speaks_unicode()), "")
        say(backbone_page(facts, variant, terminal_width()))
