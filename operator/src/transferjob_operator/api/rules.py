"""All rules across fields of the spec, each as CEL for the API server and in Python. Types and bounds: the schema."""

from __future__ import annotations

from collections.abc import Iterator

from transferjob_trainer.contract.freeze import FREEZE_FORMS

from .argument_rules import argument_rules
from .backbone_rules import backbone_rules
from .pod import KEYED_BY_LABEL, LABEL_KEY_PATTERN
from .problems import Problem
from .resources import AMOUNTS
from .rule import Rule, problem_with, values_at
from .spec import TransferJobSpec
from .uri_rules import uri_rules
from .volume_rules import volume_rules


def _camel(name: str) -> str:
    return "upTo" if name == "up_to" else name


FORMS = tuple(map(_camel, FREEZE_FORMS))


def _exactly_one(at: str, names: tuple[str, ...]) -> Rule:
    given = ", ".join(f"has(self.{name})" for name in names)
    return Rule(at, f"[{given}].filter(x, x).size() == 1", f"exactly one of {', '.join(names)} must be given")


def _at_most_one(at: str, names: tuple[str, str]) -> Rule:
    first, second = names
    return Rule(at, f"!(has(self.{first}) && has(self.{second}))", f"{first} and {second} exclude each other")


def _distinct(at: str, field: str) -> Rule:
    return Rule(
        at,
        f"!has(self.{field}) || self.{field}.all(x, self.{field}.exists_one(y, x == y))",
        f"{field} must not repeat a name",
        field=field,
    )


_SHAPE = (
    _exactly_one("freeze", FORMS),
    _exactly_one("training.phases[].freeze", FORMS),
    Rule(
        "training.phases[].freeze",
        "!has(self.auto)",
        "auto is for spec.freeze alone: the freeze is chosen once for the job",
    ),
    _exactly_one("head.layers[]", ("dense", "dropout")),
    _exactly_one("training.layerwiseLearningRate", ("decay", "multipliers")),
    _exactly_one("training.classWeights", ("balanced", "values")),
    _exactly_one("pod.env[].valueFrom", ("secretKeyRef", "configMapKeyRef")),
    _at_most_one("pod.env[]", ("value", "valueFrom")),
    _at_most_one("backbone", ("weights", "weightsFrom")),
    _at_most_one("dataset.validation", ("fraction", "uri")),
    _at_most_one("dataset.test", ("fraction", "uri")),
    _at_most_one("dataset.validation", ("groupBy", "uri")),
    Rule(
        "dataset",
        "!has(self.test) || has(self.test.uri) || (has(self.validation) && has(self.validation.uri) ? 0.0"
        " : has(self.validation) && has(self.validation.fraction) ? self.validation.fraction : 0.2)"
        " + (has(self.test.fraction) ? self.test.fraction : 0.1) < 1.0",
        "validation.fraction (default 0.2) and test.fraction (default 0.1) must sum up to less than 1",
    ),
    Rule(
        "backbone",
        "!has(self.sha256) || (has(self.weights) && !(self.weights in ['imagenet', 'none']))",
        "sha256 needs weights to be the URI of a file",
    ),
    Rule("input", "has(self.height) == has(self.width)", "height and width must be given together"),
    Rule(
        "training",
        "!has(self.featureCache) || !has(self.featureCache.views)"
        " || (has(self.augmentation) && !has(self.augmentation.mixUp) && !has(self.augmentation.cutMix))",
        "featureCache.views needs augmentation without mixUp and cutMix",
    ),
    _distinct("output", "formats"),
)
"""What the models check themselves while they parse."""


def _map_keys() -> Iterator[Rule]:
    pattern = LABEL_KEY_PATTERN
    for field in KEYED_BY_LABEL:
        yield Rule(f"pod.{field}", f"self.all(key, key.matches(r'{pattern}'))", f"keys must match {pattern}")


def _amounts() -> Iterator[Rule]:
    for name in AMOUNTS:
        yield Rule(f"resources.{name}", "self.matches('[1-9]')", "must be more than 0")


RULES: tuple[Rule, ...] = (
    *_SHAPE,
    *_map_keys(),
    *_amounts(),
    *volume_rules(),
    *uri_rules(),
    *backbone_rules(),
    *argument_rules(),
)
"""Every rule but the transition rules."""


SETS = ("dataset.classes",)
"""Lists without repeats that are too long for a rule: the API server has a type of list for them."""


_CHECKED: dict[str, list[Rule]] = {}
for _rule in RULES:
    if _rule.broken is not None:
        _CHECKED.setdefault(_rule.at, []).append(_rule)


def broken_rules(spec: TransferJobSpec) -> list[Problem]:
    """What the spec breaks beyond what its models have checked; one problem a field."""
    found = (
        problem_with(rule, path, value)
        for at, rules in _CHECKED.items()
        for path, value in values_at(spec, at)
        for rule in rules
    )
    first: dict[str, Problem] = {}
    for problem in found:
        if problem is not None:
            first.setdefault(problem.path, problem)
    return list(first.values())
