"""Rules for URIs in a manifest: the same regular expressions for the API server and for Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from transferjob_trainer.contract.backbone import NAMED_WEIGHTS
from transferjob_trainer.contract.uri import (
    CACHE_SCHEMES,
    DATASET_SCHEMES,
    LOCAL_ONLY_SCHEMES,
    OUTPUT_SCHEMES,
    WEIGHTS_SCHEMES,
)

from .rule import Rule

FIELDS: dict[str, tuple[str, ...]] = {
    "backbone.weights": WEIGHTS_SCHEMES,
    "dataset.uri": DATASET_SCHEMES,
    "dataset.validation.uri": DATASET_SCHEMES,
    "dataset.test.uri": DATASET_SCHEMES,
    "training.featureCache.uri": CACHE_SCHEMES,
    "training.checkpoint.uri": OUTPUT_SCHEMES,
    "output.uri": OUTPUT_SCHEMES,
}
"""Where URIs are, and the schemes that each may have outside a cluster; inside, file:// is none of them."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    expression: str
    """In the syntax that RE2 and Python share."""
    must_match: bool
    message: str


_LOCAL = _Pattern(r"^file://", False, "file:// means this machine; a pod has another one, so use s3:// or pvc://")
_COMMON = (
    _Pattern(r"[\x00-\x20\x7f\\?#]", False, "must not contain blanks, control characters, backslashes, '?' or '#'"),
    _Pattern(r"^[a-z0-9]+://[^/]*@", False, "must not contain credentials; name a Secret in secretRef"),
    _Pattern(r"(/|%2[fF])(\.|%2[eE]){2}(/|%2[fF]|$)", False, "must not contain '..'"),
    _Pattern(
        r"^([a-z0-9]+://[A-Za-z0-9._:@-]+(/|$)|file://)",
        True,
        "must name a bucket, claim, host or data set after ://, of letters, digits, '.', '_' and '-'",
    ),
    _Pattern(
        r"^(pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/|$)|[^p]|p[^v])",
        True,
        "must be pvc://claim/path with the claim's name in lower case",
    ),
)
_WEIGHTS_FILE = _Pattern(
    r"\.(keras|weights\.h5)$", True, "must be imagenet, none or the URI of a .keras or .weights.h5 file"
)


def uri_rules() -> Iterator[Rule]:
    """All of them, field by field."""
    for field, schemes in FIELDS.items():
        is_weights = field == "backbone.weights"
        names = NAMED_WEIGHTS if is_weights else ()
        for pattern in (_LOCAL, _scheme(schemes, names), *_COMMON, *([_WEIGHTS_FILE] if is_weights else ())):
            yield _rule(field, pattern, names)


def _scheme(schemes: tuple[str, ...], names: tuple[str, ...]) -> _Pattern:
    allowed = [scheme for scheme in schemes if scheme not in LOCAL_ONLY_SCHEMES]
    wanted = [*names, *(f"{scheme}://" for scheme in allowed)]
    words = "be " + ", ".join(names) + " or start with" if names else "start with"
    return _Pattern(f"^({'|'.join(schemes)})://", True, f"must {words} one of {', '.join(wanted[len(names) :])}")


def _rule(field: str, pattern: _Pattern, names: tuple[str, ...]) -> Rule:
    matches = f"{'' if pattern.must_match else '!'}self.matches({_quoted(pattern.expression)})"
    guard = f"self in [{', '.join(map(repr, names))}] || " if names else ""
    return Rule(at=field, cel=guard + matches, message=pattern.message, broken=_breaks(pattern, names))


def _breaks(pattern: _Pattern, names: tuple[str, ...]) -> Callable[[str], bool]:
    expression = re.compile(pattern.expression)
    return lambda uri: uri not in names and (expression.search(uri) is not None) != pattern.must_match


def _quoted(expression: str) -> str:
    return "r'" + expression.replace("'", "\\'") + "'"
