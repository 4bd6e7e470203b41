"""Rules that depend on the backbone: freeze count, blocks, stages and input side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from transferjob_trainer.contract import BACKBONES, BackboneFacts, BackboneSpec
from transferjob_trainer.contract.block_table import blocks_of, stages_of

from .rule import Rule

if TYPE_CHECKING:
    from .spec import TransferJobSpec

SMALLEST_SIDE = 32
"""What the schema demands of all; three families need more."""
_IMAGENET = (
    "(has(self.backbone.variant) ? self.backbone.variant == 'imagenet' : "
    "has(self.backbone.weightsFrom) || !has(self.backbone.weights) || self.backbone.weights == 'imagenet')"
)


def may_be_imagenet(backbone: BackboneSpec) -> bool:
    """Whether the graph may be the ImageNet variant. Weights of another job may belong to either."""
    if backbone.variant is not None:
        return backbone.variant == "imagenet"
    return backbone.weights_from is not None or backbone.resolved_weights == "imagenet"


def backbone_rules() -> Iterator[Rule]:
    """One rule with a fixed message for each backbone: a message that is put together costs the API server too much."""
    for facts in BACKBONES.values():
        if facts.imagenet_depth == facts.plain_depth:
            yield _depth_rule(facts, facts.plain_depth, "", None)
        else:
            yield _depth_rule(facts, facts.imagenet_depth, " with ImageNet weights", True)
            yield _depth_rule(facts, facts.plain_depth, " without Keras' ImageNet weights", False)
        if facts.minimum_side > SMALLEST_SIDE:
            yield _side_rule(facts, "height")
            yield _side_rule(facts, "width")
    yield from _part_rules("blocks", blocks_of)
    yield from _part_rules("stages", stages_of)


def _part_rules(form: str, count_of: Callable[[BackboneFacts], int]) -> Iterator[Rule]:
    """One rule for all backbones that have equally many parts."""
    names: dict[int, list[str]] = {}
    for facts in BACKBONES.values():
        names.setdefault(count_of(facts), []).append(facts.name)
    for limit, same in sorted(names.items()):
        yield _part_rule(form, limit, tuple(same))


def _part_rule(form: str, limit: int, names: tuple[str, ...]) -> Rule:
    listed = ", ".join(f"'{name}'" for name in names)
    return Rule(
        at="",
        cel=f"!has(self.freeze.{form}) || !(self.backbone.name in [{listed}]) || self.freeze.{form} <= {limit}",
        message=f"must be at most {limit}, the number of {form} of {_listed(names)}",
        field=f"freeze.{form}",
        broken=lambda spec: spec.backbone.name in names and (getattr(spec.freeze, form) or 0) > limit,
        shows_value=True,
    )


def _depth_rule(facts: BackboneFacts, depth: int, of_variant: str, imagenet: bool | None) -> Rule:
    variant = {None: "", True: f" || !{_IMAGENET}", False: f" || {_IMAGENET}"}[imagenet]
    other = f"self.backbone.name != '{facts.name}'{variant} || !has(self.freeze.layers)"
    return Rule(
        at="",
        cel=f"{other} || self.freeze.layers <= {depth}",
        message=f"must be at most {depth}, the number of layers of {facts.name}{of_variant}",
        field="freeze.layers",
        broken=_too_deep(facts.name, depth, imagenet),
        shows_value=True,
    )


def _too_deep(name: str, depth: int, imagenet: bool | None) -> Callable[[TransferJobSpec], bool]:
    def broken(spec: TransferJobSpec) -> bool:
        if spec.backbone.name != name or imagenet not in (None, may_be_imagenet(spec.backbone)):
            return False
        return (spec.freeze.layers or 0) > depth

    return broken


def _side_rule(facts: BackboneFacts, side: str) -> Rule:
    limit = facts.minimum_side
    return Rule(
        at="",
        cel=f"self.backbone.name != '{facts.name}' || !has(self.input.{side}) || self.input.{side} >= {limit}",
        message=f"must be at least {limit}, the smallest side that {facts.name} accepts",
        field=f"input.{side}",
        broken=lambda spec: spec.backbone.name == facts.name and (getattr(spec.input, side) or limit) < limit,
        shows_value=True,
    )


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
