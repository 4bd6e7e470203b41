"""`transferjob backbones`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ..options import Format, Output

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One backbone with its layers.", show_default=False)]
VariantOption = Annotated[
    Literal["imagenet", "plain"],
    typer.Option("--variant", help="EfficientNet V1 has one layer more with Keras' ImageNet weights."),
]


def backbones(name: Name = None, variant: VariantOption = "imagenet", output: Output = None) -> None:
    """List the 40 backbones, or the layers of one with their numbers and the ends of its blocks."""
    from transferjob_trainer.contract import BACKBONES

    from ..known import known_backbone
    from ..output import print_document, say, terminal_width
    from ..views.backbone_layers import backbone_document, backbone_page
    from ..views.backbone_list import backbone_list, list_document

    if name is None:
        if output is Format.NAME:
            say("\n".join(BACKBONES))
        elif output is not None:
            print_document(list_document(), output)
        else:
            say(backbone_list())
        return
    facts = known_backbone(name)
    if output is Format.NAME:
        say(facts.name)
    elif output is not None:
        print_document(backbone_document(facts, variant), output)
    else:
        say(backbone_page(facts, variant, terminal_width()))
