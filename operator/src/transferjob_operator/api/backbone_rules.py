"""Rules that depend on the backbone: freeze count, blocks, stages and input side.

One rule a field, with the limits in a map. The API server evaluates every rule at every write, status patches too, and
each look at a field of the spec costs it a copy of the table of the spec's fields: a rule for each backbone would take
milliseconds a write (record 65). The sentence is put together only where a rule is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from transferjob_trainer.contract import BACKBONES
from transferjob_trainer.contract.arguments import MINIMALISTIC_DEPTHS

from .backbone_limits import DEPTHS, PARTS, SIDES, Limit
from .rule import Rule

if TYPE_CHECKING:
    from .spec import TransferJobSpec

_NAME = "self.backbone.name"
_IMAGENET = (
    "(has(self.backbone.variant) ? self.backbone.variant == 'imagenet' : "
    "has(self.backbone.weightsFrom) || !has(self.backbone.weights) || self.backbone.weights == 'imagenet')"
)
_MINIMALISTIC = (
    "has(self.backbone.arguments) && has(self.backbone.arguments.minimalistic) && self.backbone.arguments.minimalistic"
)


def backbone_rules() -> Iterator[Rule]:
    """All of them."""
    yield _depth_rule()
    for form, limits in PARTS.items():
        yield _rule(f"freeze.{form}", limits, _at_most(form), f"<= {_map(_by_name(limits))}[{_NAME}]")
    for side in ("height", "width"):
        table = _map(_by_name(SIDES))
        holds = f">= ({_NAME} in {table} ? {table}[{_NAME}] : 0)"
        yield _rule(f"input.{side}", SIDES, _at_least(side), holds)


def _depth_rule() -> Rule:
    least = {name: MINIMALISTIC_DEPTHS.get(name, facts.plain_depth) for name, facts in BACKBONES.items()}
    imagenet = {name: facts.imagenet_depth for name, facts in BACKBONES.items()}
    plain = {name: facts.plain_depth for name, facts in BACKBONES.items()}
    depth = f"{_IMAGENET} ? {_map(imagenet)}[{_NAME}] : {_map(plain)}[{_NAME}]"
    # The minimalistic forms have the fewest layers.
    exact = f"!({_MINIMALISTIC}) && self.freeze.layers <= ({depth})"
    return _rule("freeze.layers", DEPTHS, _at_most("layers"), f"<= {_map(least)}[{_NAME}] || {exact}")


def _rule(field: str, limits: Iterable[Limit], breaks: Callable[[TransferJobSpec, int], bool], holds: str) -> Rule:
    table = tuple(limits)

    def broken(spec: TransferJobSpec) -> Limit | None:
        applies = (limit for limit in table if limit.applies_to(spec.backbone))
        return next((limit for limit in applies if breaks(spec, limit.value)), None)

    return Rule(
        at="",
        cel=f"!has(self.{field}) || self.{field} {holds}",
        message="must be within the limits of the backbone",
        message_cel=_sentence(table),
        field=field,
        broken=lambda spec: broken(spec) is not None,
        sentence=lambda spec: limit.sentence if (limit := broken(spec)) else "",
        shows_value=True,
    )


def _at_most(form: str) -> Callable[[TransferJobSpec, int], bool]:
    return lambda spec, limit: (getattr(spec.freeze, form) or 0) > limit


def _at_least(side: str) -> Callable[[TransferJobSpec, int], bool]:
    return lambda spec, limit: (getattr(spec.input, side) or limit) < limit


def _sentence(limits: tuple[Limit, ...]) -> str:
    """Conditions one after the other: the API server refuses a map look-up in a message for its cost."""
    *others, last = limits
    cases = (f"{_NAME} == '{limit.name}'{_of_variant(limit)} ? {_text(limit.sentence)} : " for limit in others)
    return "".join(cases) + _text(last.sentence)


def _of_variant(limit: Limit) -> str:
    if limit.minimalistic:
        return f" && {_MINIMALISTIC}"
    return f" && {_IMAGENET}" if limit.imagenet else ""


def _by_name(limits: Iterable[Limit]) -> dict[str, int]:
    return {limit.name: limit.value for limit in limits}


def _map(values: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"'{name}': {value}" for name, value in values.items()) + "}"


def _text(sentence: str) -> str:
    return '"' + sentence + '"'
