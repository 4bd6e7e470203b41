"""Reads manifests: YAML or JSON, several documents, with the line of every field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from .errors import refused
from .reading import STDIN, read_text

MAX_BYTES = 1 << 20
_MAX_NODES = 50_000

FieldPath = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML as kubectl reads it: 1e-4 is a number, a date is text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class has it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One document of a file and where its fields stand."""

    source: str
    body: dict[str, Any]
    lines: dict[FieldPath, int]

    def line_of(self, path: FieldPath) -> int:
        """The line, from 1, of the field or of the nearest field around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_manifests(file: str) -> list[Manifest]:
    """All documents of a file, or of standard input for `-`; the items of a List one by one.

    Raises CliError when it cannot be read, is no YAML, is too large or holds no object.
    """
    text = read_text(file, name=repr(file), kind="manifest file", limit=MAX_BYTES)
    return manifests_in(text, "standard input" if file == STDIN else file)


def manifests_in(text: str, source: str) -> list[Manifest]:
    """The same of a text; `source` names it in sentences."""
    manifests = [manifest for node in _nodes(text, source) for manifest in _documents(node, source)]
    if not manifests:
        raise refused(f"{source} holds no manifest.")
    return manifests


def _nodes(text: str, source: str) -> list[yaml.Node]:
    try:
        return [node for node in yaml.compose_all(text, _Loader) if node is not None and node.tag[-5:] != ":null"]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise refused(f"{source}{line}: this is not YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise refused(f"{source} cannot be read as YAML.") from error


def _documents(node: yaml.Node, source: str) -> Iterator[Manifest]:
    builder = _Builder(source)
    body = builder.build(node, ())
    if not isinstance(body, dict):
        raise refused(f"{source}, line {node.start_mark.line + 1}: a manifest must be a mapping, not {_kind(node)}.")
    items = body.get("items")
    if body.get("kind") != "List" or not isinstance(items, list):
        yield Manifest(source, body, builder.lines)
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise refused(f"{source}: items[{index}] must be a mapping.")
        inside = {path[2:]: line for path, line in builder.lines.items() if path[:2] == ("items", index)}
        yield Manifest(source, item, inside)


class _Builder:
    """Makes plain values from nodes and notes their lines; aliases count each time, so that they cannot blow up."""

    def __init__(self, source: str) -> None:
        self.lines: dict[FieldPath, int] = {}
        self._source = source
        self._count = 0
        self._scalars = _Loader("")

    def build(self, node: yaml.Node, path: FieldPath) -> Any:
        self._count += 1
        if self._count > _MAX_NODES:
            raise refused(f"{self._source} has more than {_MAX_NODES} values in one document.")
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in values:
                raise refused(f"{self._source}, line {line}: the field {key!r} is given twice.")
            self.lines[(*path, key)] = line
            values[key] = self.build(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            line = node.start_mark.line + 1
            raise refused(f"{self._source}, line {line}: the value {node.value!r} cannot be read.") from error


def _kind(node: yaml.Node) -> str:
    return "a list" if isinstance(node, yaml.SequenceNode) else "a single value"
