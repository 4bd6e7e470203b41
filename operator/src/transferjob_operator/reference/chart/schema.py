"""values.schema.json: a JSON schema in which every key is described and an unknown one refused."""

from __future__ import annotations

from typing import Any

import orjson

from .values import Values

_DIALECT = "http://json-schema.org/draft-07/schema#"


def render_schema() -> str:
    """The text of values.schema.json."""
    document = Values.model_json_schema(by_alias=True)
    schema = {"$schema": _DIALECT, **_plain(document)}
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n"


def _plain(node: Any) -> Any:
    """Without titles, and each description on one line; beside a reference it is for readers, draft 7 skips it."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _plain(value) for key, value in node.items() if not _is_title(key, value)}
    if isinstance(text := copy.get("description"), str):
        copy["description"] = " ".join(text.split())
    return copy


def _is_title(key: str, value: Any) -> bool:
    return key == "title" and isinstance(value, str)
