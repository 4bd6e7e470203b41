"""Rules for the builder's arguments and the variant: which backbone has which. The models check the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from transferjob_trainer.contract.arguments import ALPHAS, DROP_CONNECT, MINIMALISTIC_DEPTHS
from transferjob_trainer.contract.backbone import NO_IMAGENET_WEIGHTS, NO_PLAIN_IMAGENET

from .rule import Rule

_IMAGENET = "!has(self.weightsFrom) && (!has(self.weights) || self.weights == 'imagenet')"


def argument_rules() -> Iterator[Rule]:
    """All of them, below backbone."""
    values = "; ".join(f"{name} {', '.join(f'{each:g}' for each in alphas)}" for name, alphas in ALPHAS.items())
    yield _of_some("alpha", f"self.name in {_alphas()} && self.arguments.alpha in {_alphas()}[self.name]",
                   f"alpha must be one that the backbone has: {values}; others have none")  # fmt: skip
    yield _of("minimalistic", MINIMALISTIC_DEPTHS, "MobileNetV3Small and MobileNetV3Large")
    yield _of("dropConnectRate", DROP_CONNECT, "EfficientNets")
    width = "(self.arguments.minimalistic && has(self.arguments.alpha) && self.arguments.alpha != 1.0)"
    yield _of_some("minimalistic", f"!{width} || !({_IMAGENET})", NO_IMAGENET_WEIGHTS)
    yield Rule("backbone", f"!has(self.variant) || self.variant != 'plain' || !({_IMAGENET}) || {_is_one_graph()}",
               NO_PLAIN_IMAGENET)  # fmt: skip


def _of(argument: str, names: Iterable[str], owners: str) -> Rule:
    return _of_some(argument, f"self.name in {_listed(names)}", f"{argument} is an argument of {owners} alone")


def _of_some(argument: str, holds: str, message: str) -> Rule:
    return Rule("backbone", f"!has(self.arguments) || !has(self.arguments.{argument}) || {holds}", message)


def _alphas() -> str:
    entries = (f"'{name}': [{', '.join(map(str, values))}]" for name, values in ALPHAS.items())
    return "{" + ", ".join(entries) + "}"


def _listed(names: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def _is_one_graph() -> str:
    return "!self.name.matches('^EfficientNetB')"
