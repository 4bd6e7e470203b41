"""What each backbone allows: layers, blocks and stages that can be frozen, and the smallest side of its input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from transferjob_trainer.contract import BACKBONES, BackboneFacts, BackboneSpec
from transferjob_trainer.contract.arguments import MINIMALISTIC_DEPTHS
from transferjob_trainer.contract.block_table import blocks_of, stages_of

SMALLEST_SIDE = 32
"""What the schema demands of all; three families need more."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one backbone, or of one graph of it.

    Attributes:
        name: of the backbone.
        value: the largest that is allowed, of a side the smallest.
        sentence: what is wrong where the limit is broken.
        imagenet: whether it is the ImageNet variant's; None where it is both variants'.
        minimalistic: whether it is the minimalistic form's; None where it is of both forms.
    """

    name: str
    value: int
    sentence: str
    imagenet: bool | None = None
    minimalistic: bool | None = None

    def applies_to(self, backbone: BackboneSpec) -> bool:
        """Whether it is a limit of this backbone."""
        if self.name != backbone.name or self.imagenet not in (None, may_be_imagenet(backbone)):
            return False
        return self.minimalistic in (None, is_minimalistic(backbone))


def is_minimalistic(backbone: BackboneSpec) -> bool:
    """Whether the graph is the minimalistic form, which has fewer layers."""
    return backbone.arguments is not None and backbone.arguments.minimalistic is True


def may_be_imagenet(backbone: BackboneSpec) -> bool:
    """Whether the graph may be the ImageNet variant. Weights of another job may belong to either."""
    if backbone.variant is not None:
        return backbone.variant == "imagenet"
    return backbone.weights_from is not None or backbone.resolved_weights == "imagenet"


def _depths() -> Iterator[Limit]:
    for facts in BACKBONES.values():
        if facts.name in MINIMALISTIC_DEPTHS:
            depth = MINIMALISTIC_DEPTHS[facts.name]
            yield replace(_depth(facts.name, depth, " minimalistic", None), minimalistic=True)
            yield replace(_depth(facts.name, facts.plain_depth, "", None), minimalistic=False)
        elif facts.imagenet_depth == facts.plain_depth:
            yield _depth(facts.name, facts.plain_depth, "", None)
        else:
            yield _depth(facts.name, facts.imagenet_depth, " with ImageNet weights", True)
            yield _depth(facts.name, facts.plain_depth, " without Keras' ImageNet weights", False)


def _depth(name: str, depth: int, of_variant: str, imagenet: bool | None) -> Limit:
    return Limit(name, depth, f"must be at most {depth}, the number of layers of {name}{of_variant}", imagenet)


def _parts(form: str, count_of: Callable[[BackboneFacts], int]) -> Iterator[Limit]:
    for facts in BACKBONES.values():
        count = count_of(facts)
        yield Limit(facts.name, count, f"must be at most {count}, the number of {form} of {facts.name}")


def _sides() -> Iterator[Limit]:
    for facts in BACKBONES.values():
        if (side := facts.minimum_side) > SMALLEST_SIDE:
            yield Limit(facts.name, side, f"must be at least {side}, the smallest side that {facts.name} accepts")


DEPTHS = tuple(_depths())
"""Layers of each backbone without its top."""
PARTS = {form: tuple(_parts(form, count_of)) for form, count_of in (("blocks", blocks_of), ("stages", stages_of))}
"""Blocks and stages of each backbone."""
SIDES = tuple(_sides())
"""Smallest sides above the general one."""
