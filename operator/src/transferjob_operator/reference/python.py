"""The reference page of the Python API, from signatures and docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from typing import Any

import transferjob

_MODELS = ("TransferJob", "TransferJobSpec", "TransferJobStatus")
_HEADING = "# From Python\n\n"
_CALL = re.compile(r"^(\w+)\(self(?:, )?")


def python_api() -> str:
    """Everything that `transferjob` exports."""
    parts = [_HEADING, _example(inspect.getdoc(transferjob) or ""), *map(_section, _own())]
    return "\n".join(parts) + "\n"


def _example(text: str) -> str:
    """The module's docstring with its indented lines as code."""
    lines, code = [], False
    for line in text.splitlines():
        indented = line.startswith("    ")
        if indented != code and line.strip():
            lines.append("```python" if indented else "```")
            code = indented
        lines.append(line.removeprefix("    "))
    tidy = re.sub(r"\n\n```\n", "\n```\n\n", "\n".join(lines))
    models = ", ".join(f"`{name}`" for name in _MODELS)
    return f"{tidy}\n\n{models} are the models of the resource: see [the fields](crd.md).\n"


def _own() -> list[str]:
    return [name for name in transferjob.__all__ if name not in _MODELS]


def _section(name: str) -> str:
    found = getattr(transferjob, name)
    if not inspect.isclass(found):
        return f"## {name}\n\n{_described(name, found)}"
    bases = [base.__name__ for base in found.__bases__ if base.__name__ in transferjob.__all__]
    kind = f" ({bases[0]})" if bases else ""
    members = "\n".join(_member(label, member) for label, member in _members(found))
    return f"## {name}{kind}\n\n{inspect.getdoc(found)}\n\n{_fields(found)}{members}"


def _fields(found: type) -> str:
    if not dataclasses.is_dataclass(found):
        return ""
    names = [f"`{field.name}: {field.type}`" for field in dataclasses.fields(found)]
    return f"Fields: {', '.join(names)}.\n\n"


def _members(found: type) -> Iterator[tuple[str, Any]]:
    for label, member in vars(found).items():
        if not label.startswith("_") and (callable(member) or isinstance(member, property | classmethod | staticmethod)
                                          or hasattr(member, "func")):  # fmt: skip
            yield label, member


def _member(label: str, member: Any) -> str:
    if isinstance(member, classmethod | staticmethod):
        member = member.__func__
    elif isinstance(member, property) or hasattr(member, "func"):
        getter: Any = member.fget if isinstance(member, property) else member.func
        kind = inspect.get_annotations(getter).get("return", "")
        return f"### {label}\n\n`{label}: {kind}`\n\n{_words(getter)}\n"
    return f"### {label}\n\n{_described(label, member)}"


def _described(label: str, function: Any) -> str:
    signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(function)))
    shown = _CALL.sub(r"\1(", f"{label}{signature}").replace(f"{label}(cls, ", f"{label}(")
    return f"```python\n{_wrapped(shown)}\n```\n\n{_words(function)}\n"


def _wrapped(signature: str) -> str:
    """A long signature with one argument a line."""
    if len(signature) <= 100:
        return signature
    head, _, rest = signature.partition("(")
    inner, _, end = rest.rpartition(")")
    depth, argument, lines = 0, "", []
    for character in inner:
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            lines.append(argument.strip())
            argument = ""
        else:
            argument += character
    lines.append(argument.strip())
    return f"{head}(\n" + "".join(f"    {line},\n" for line in lines) + f"){end}"


def _words(function: Any) -> str:
    """The docstring; arguments and exceptions as lists."""
    lines = []
    for line in (inspect.getdoc(function) or "").splitlines():
        entry = re.match(r"^    (\w+): (.*)", line)
        lines.append(f"- `{entry[1]}`: {entry[2]}" if entry else re.sub(r"^        ", "  ", line))
    return re.sub(r"(Args|Raises):\n", r"\1:\n\n", "\n".join(lines))
