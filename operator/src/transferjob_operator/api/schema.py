"""From a pydantic model to a structural OpenAPI v3 schema, as a CustomResourceDefinition wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

MAX_TEXT = 16 * 1024
MAX_ENTRIES = 1024
"""Bounds of texts and lists in the status that have none: the documents that they come from are smaller."""
_KEPT = (
    "type",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "required",
)
_FORMATS = {"integer": "int64", "number": "double"}


def structural_schema(model: type[BaseModel]) -> Schema:
    """The schema of a model: no references, no null, every text, list and map bounded, defaults that nest."""
    document = model.model_json_schema(by_alias=True, mode="validation")
    return _convert(document, document.get("$defs", {}))


def node_at(schema: Schema, path: str) -> Schema:
    """The schema of the value that a rule's path names: `head.layers[]` is an entry of the list."""
    node = schema
    for part in filter(None, path.split(".")):
        node = node["properties"][part.removesuffix("[]")]
        node = node["items"] if part.endswith("[]") else node
    return node


def without_defaults(schema: Schema) -> Schema:
    """The schema for a status: what the operator has not observed stays absent."""
    copy = {key: value for key, value in schema.items() if key != "default"}
    if "properties" in copy:
        copy["properties"] = {name: without_defaults(child) for name, child in copy["properties"].items()}
    for key in {"items", "additionalProperties"} & copy.keys():
        copy[key] = without_defaults(copy[key])
    return copy


def _convert(source: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    node = _resolved(source, definitions)
    target: Schema = {}
    if "description" in node:
        target["description"] = " ".join(node["description"].split())
    target |= {key: node[key] for key in _KEPT if key in node}
    if "const" in node:
        target["enum"] = [node["const"]]
    _add_bounds(node, target)
    _add_default(node, target)
    _add_children(node, target, definitions)
    return target


def _resolved(source: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    """The node with references and optionals opened; what a field says of itself comes before what its type says."""
    node = dict(source)
    for choice in node.pop("anyOf", ()):
        if choice.get("type") != "null":
            node = _merged(node, choice)
    if "$ref" in node:
        node = _merged(node, definitions[node.pop("$ref").rpartition("/")[2]])
    return _resolved(node, definitions) if "$ref" in node or "anyOf" in node else node


def _merged(field: Mapping[str, Any], kind: Mapping[str, Any]) -> Schema:
    own, general = (" ".join(part.get("description", "").split()) for part in (field, kind))
    text = general if general.startswith(own.rstrip(".")) else f"{own} {general}".strip()
    return {**kind, **field, **({"description": text} if text else {})}


def _add_bounds(node: Schema, target: Schema) -> None:
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if exclusive in node:
            target |= {limit: node[exclusive], exclusive: True}
    kind = node["type"]
    if kind in _FORMATS:
        target["format"] = _FORMATS[kind]
    elif node.get("format") == "date-time":
        target["format"] = "date-time"
    elif kind == "string":
        target.setdefault("maxLength", max(map(len, target.get("enum", ())), default=MAX_TEXT))
    elif kind == "array":
        target.setdefault("maxItems", MAX_ENTRIES)


def _add_default(node: Schema, target: Schema) -> None:
    default = node.get("default")
    if default is None or default == []:
        return
    # An empty object: the server then fills in the defaults of its fields, the same as in the models.
    target["default"] = {} if isinstance(default, dict) else default


def _add_children(node: Schema, target: Schema, definitions: Mapping[str, Any]) -> None:
    if "properties" in node:
        target["properties"] = {name: _convert(child, definitions) for name, child in node["properties"].items()}
    elif node["type"] == "array":
        target["items"] = _convert(node["items"], definitions)
        target |= _list_type(node)
    elif node["type"] == "object" and _value_schema(node):
        target["additionalProperties"] = _convert(_value_schema(node), definitions)
        target.setdefault("maxProperties", MAX_ENTRIES)
    elif node["type"] == "object" and node.get("additionalProperties") is True:
        target["x-kubernetes-preserve-unknown-fields"] = True


def _value_schema(node: Schema) -> Schema:
    """Schema of a map's values; a structural schema has no place for the form of its keys, which the models check."""
    patterns: dict[str, Schema] = node.get("patternProperties") or {}
    extra = node.get("additionalProperties")
    return next(iter(patterns.values()), extra if isinstance(extra, dict) else {})


def _list_type(node: Schema) -> Schema:
    keys = node.get("x-list-keys")
    if keys:
        return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
    return {"x-kubernetes-list-type": "atomic"}
