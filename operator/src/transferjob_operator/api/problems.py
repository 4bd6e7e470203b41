"""What is wrong with a manifest: one sentence for each problem, with field, value and limit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from transferjob_trainer.contract.base import DNS_LABEL, DNS_SUBDOMAIN
from transferjob_trainer.contract.near import near_hint

from .field_names import fields_at

MAX_SHOWN = 60
UNKNOWN_FIELD = "unknown field"
_QUOTED = re.compile(r"'([^']*)'")
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a string",
    "bool_type": "true or false",
    "model_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_PATTERNS = {
    DNS_LABEL: "must be lower-case letters, digits and '-', with a letter or digit at both ends",
    DNS_SUBDOMAIN: "must be lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part",
}
_SIZES = {"too_short": ("at least", "min_length"), "too_long": ("at most", "max_length")}
_LENGTHS = {"string_too_short": ("at least", "min_length"), "string_too_long": ("at most", "max_length")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    path: str
    """Field in the manifest's own spelling, e.g. spec.freeze.layers or spec.head.layers[0]."""
    message: str
    """What it must be, and what it is."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def join_path(parts: Iterable[str | int]) -> str:
    """spec, head, layers, 0 -> spec.head.layers[0]. The mark of an invalid key is left out."""
    path = ""
    for part in parts:
        if part == "[key]":
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def problem_of(error: ErrorDetails, model: type[BaseModel]) -> Problem:
    """The problem that pydantic found in a document of a model, in our words."""
    return Problem(join_path(error["loc"]) or "manifest", _sentence(error, model))


def shown(value: Any) -> str:
    """The value as JSON, cut where it is long."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        *place, name = error["loc"]
        return f"{UNKNOWN_FIELD}{near_hint(str(name), fields_at(model, place))}"
    if kind == "value_error":
        return str(context["error"])
    if kind in _SIZES:
        words, limit = _SIZES[kind]
        return f"must have {words} {context[limit]} entries, got {context['actual_length'] or 'none'}"
    if kind in _LENGTHS:
        words, limit = _LENGTHS[kind]
        # Without the text: what is too long may be a URI with a password in it.
        return f"must have {words} {context[limit]} characters, got {len(error['input'])}"
    hint = near_hint(str(error["input"]), _QUOTED.findall(context["expected"])) if kind == "literal_error" else ""
    return f"{_demand(kind, context, error['msg'])}, got {shown(error['input'])}{hint}"


def _demand(kind: str, context: dict[str, Any], otherwise: str) -> str:
    if kind in _TYPES:
        return f"must be {_TYPES[kind]}"
    if kind in _LIMITS:
        words, limit = _LIMITS[kind]
        return f"must be {words} {context[limit]:g}"
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"must match {context['pattern']}")
    return otherwise[:1].lower() + otherwise[1:]
