"""Fields that have no behaviour yet, refused by name: problems, rules and descriptions from the contract's one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transferjob_trainer.contract.unsupported import UNSUPPORTED, Unsupported, find_unsupported

from .problems import Problem
from .rule import Rule
from .schema import Schema, node_at

_WHOLE = "not supported yet"


def unsupported_problems(spec: Any) -> list[Problem]:
    """What of a raw spec is refused."""
    if not isinstance(spec, Mapping):
        return []
    messages = {entry.path: _message(entry) for entry in UNSUPPORTED}
    return [Problem(f"spec.{path}", messages[path]) for path in find_unsupported(spec)]


def unsupported_rules(spec: Schema) -> Iterator[Rule]:
    """One rule for each entry of the list."""
    for entry in UNSUPPORTED:
        parent, _, field = entry.path.rpartition(".")
        allowed = _allowed(entry, f"self.{field}", node_at(spec, entry.path)["type"])
        yield Rule(parent, f"!has(self.{field}){allowed}", _message(entry), field=field)


def describe_unsupported(spec: Schema) -> None:
    """Says it in the descriptions too."""
    for entry in UNSUPPORTED:
        message = _message(entry)
        said = "Not supported yet" if message == _WHOLE else f"For now {message.removesuffix(' yet')}"
        node_at(spec, entry.path)["description"] += f" {said}."


def _allowed(entry: Unsupported, value: str, kind: str) -> str:
    """What the field may hold where it is given, as the rest of a CEL expression."""
    if entry.values is None:
        return f" || {value}.size() == 0" if kind == "array" else ""
    refused = f"[{', '.join(map(_literal, entry.values))}]"
    return f" || !{value}.exists(x, x in {refused})" if kind == "array" else f" || !({value} in {refused})"


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _message(entry: Unsupported) -> str:
    if entry.values is None:
        return _WHOLE
    return f"{_listed([_literal(value).strip(chr(39)) for value in entry.values])} not supported yet"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]} are" if len(words) > 1 else f"{words[0]} is"
