"""Writes a manifest as YAML with a comment above each field that has one."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from .views.fields import clean

_WIDTH = 118
_LONGEST_FLOW = 72
_PLAIN = re.compile(r"^[A-Za-z/][A-Za-z0-9 ._/-]*(://[A-Za-z0-9._/-]+)?$")
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def commented_yaml(document: Mapping[str, Any], comments: Mapping[str, str], heading: Sequence[str] = ()) -> str:
    """The document with `comments`, by dotted path such as spec.freeze, and lines of comment at its head."""
    lines = [line for text in heading for line in _comment(text, 0)]
    return "\n".join([*lines, *_mapping(document, "", 0, comments)]) + "\n"


def _mapping(values: Mapping[str, Any], path: str, depth: int, comments: Mapping[str, str]) -> Iterator[str]:
    indent = "  " * depth
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        yield from _comment(comments.get(here, ""), depth)
        commented_below = any(name.startswith(f"{here}.") for name in comments)
        if (
            isinstance(value, Mapping)
            and value
            and (commented_below or (depth == 0 and key == "spec") or not _is_short(value))
        ):
            yield f"{indent}{key}:"
            yield from _mapping(value, here, depth + 1, comments)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{key}:"
            yield from (f"{indent}- {_flow(item)}" for item in value)
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _comment(text: str, depth: int) -> Iterator[str]:
    lead = f"{'  ' * depth}# "
    said = " ".join(clean(text).split())
    yield from (f"{lead}{line}" for line in textwrap.wrap(said, _WIDTH - len(lead), break_on_hyphens=False))


def _is_short(value: Mapping[str, Any]) -> bool:
    return len(_flow(value)) <= _LONGEST_FLOW


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _NOT_TEXT:
        return value
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"  # not 1e-05, which half of the world's YAML readers take for text
    return json.dumps(value)
