"""Documents that a structural schema accepts, as a hypothesis strategy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Strategy = st.SearchStrategy[Any]
_MOST_ENTRIES = 3
_MOST_CHARACTERS = 40
_WORDS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
_TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ"))


def documents(schema: Schema, replaced: Mapping[str, Strategy] | None = None, path: str = "") -> Strategy:
    """Values of a schema. `replaced` has strategies for places, such as `head.layers[]`."""
    replaced = replaced or {}
    if path in replaced:
        return replaced[path]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _BY_TYPE[schema["type"]](schema, replaced, path)


def _objects(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    if "additionalProperties" in schema:
        values = documents(schema["additionalProperties"], replaced, f"{path}{{}}")
        return st.dictionaries(_WORDS, values, max_size=_MOST_ENTRIES)
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return st.dictionaries(
            _WORDS, st.integers(0, 9), min_size=schema.get("minProperties", 0), max_size=_MOST_ENTRIES
        )
    fields = {
        name: documents(child, replaced, f"{path}.{name}".removeprefix("."))
        for name, child in schema.get("properties", {}).items()
    }
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional={k: v for k, v in fields.items() if not v.is_empty})


def _lists(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    items = documents(schema["items"], replaced, f"{path}[]")
    return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(_MOST_ENTRIES, schema["maxItems"]))


def _texts(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    if schema.get("format") == "date-time":
        return _TIMES
    least, most = schema.get("minLength", 0), schema["maxLength"]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True).filter(lambda text: least <= len(text) <= most)
    return st.text(st.characters(codec="utf-8"), min_size=least, max_size=min(most, _MOST_CHARACTERS))


def _integers(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))


def _numbers(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    return st.floats(
        schema.get("minimum"),
        schema.get("maximum"),
        exclude_min=schema.get("exclusiveMinimum", False),
        exclude_max=schema.get("exclusiveMaximum", False),
        allow_nan=False,
        allow_infinity=False,
    )


def _booleans(schema: Schema, replaced: Mapping[str, Strategy], path: str) -> Strategy:
    return st.booleans()


_BY_TYPE = {
    "object": _objects,
    "array": _lists,
    "string": _texts,
    "integer": _integers,
    "number": _numbers,
    "boolean": _booleans,
}
