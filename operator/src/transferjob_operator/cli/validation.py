"""Every problem of a manifest as a line with its field, the value and where it stands."""

from __future__ import annotations

from typing import Any

from ..api.problems import UNKNOWN_FIELD, shown
from ..api.transfer_job import InvalidTransferJob, parse_transfer_job
from .further import further_problems
from .manifest import FieldPath, Manifest

_UNNAMED = "generated"


def problems_of(manifest: Manifest, namespace: str | None) -> list[str]:
    """Sentences, one a problem; empty when the manifest may go to the API server.

    `namespace` is the one of the command's option, which the manifest may not contradict.
    """
    problems = [*_kind_problems(manifest), *_namespace_problems(manifest, namespace)]
    try:
        parse_transfer_job(_named(manifest.body))
    except InvalidTransferJob as error:
        lines = {dotted(path): path for path in manifest.lines}
        known = [*error.problems, *further_problems(_named(manifest.body), error.problems, lines)]
        for problem in known:
            at = _nearest(lines, problem.path)
            said = "got " in problem.message or problem.message.startswith(UNKNOWN_FIELD)
            got = _got(manifest.body, at) if dotted(at) == problem.path and not said else ""
            problems.append(_problem(manifest, at, problem.path, f"{problem.message}{got}"))
    return list(dict.fromkeys(problems))


def dotted(path: FieldPath) -> str:
    """A path as people write it: `spec.head.layers[0].dense`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _kind_problems(manifest: Manifest) -> list[str]:
    """What is absent; what is there and wrong is found with the rest."""
    absent = [name for name in ("apiVersion", "kind") if name not in manifest.body]
    return [_problem(manifest, (), name, "is required") for name in absent]


def _namespace_problems(manifest: Manifest, namespace: str | None) -> list[str]:
    metadata = manifest.body.get("metadata")
    own = metadata.get("namespace") if isinstance(metadata, dict) else None
    if own is None or namespace is None or own == namespace:
        return []
    path: FieldPath = ("metadata", "namespace")
    return [_problem(manifest, path, dotted(path), f"is {shown(own)}, but -n says {shown(namespace)}")]


def _named(body: dict[str, Any]) -> dict[str, Any]:
    """With a stand-in for the name that the API server will generate."""
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and "generateName" in metadata and "name" not in metadata:
        return {**body, "metadata": {**metadata, "name": _UNNAMED}}
    return body


def _nearest(lines: dict[str, FieldPath], path: str) -> FieldPath:
    """The field itself, or the innermost one around it that the manifest has."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, ())


def _got(body: Any, path: FieldPath) -> str:
    """The value where it is a single one; text with @ may hold a password and stays unsaid."""
    value = body
    for part in path:
        value = value[part]
    return "" if isinstance(value, dict | list) or "@" in str(value) else f", got {shown(value)}"


def _problem(manifest: Manifest, at: FieldPath, field: str, what: str) -> str:
    return f"{manifest.source}, line {manifest.line_of(at)}: {field}: {what.rstrip('.')}."
