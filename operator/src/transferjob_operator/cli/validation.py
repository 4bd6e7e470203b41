"""Every problem of a manifest as a line with its field, the value and where it stands."""

from __future__ import annotations

from typing import Any

from ..kube.rest import TRANSFER_JOBS
from .manifest import FieldPath, Manifest
from .views.fields import clean

_LONGEST_VALUE = 60


def problems_of(manifest: Manifest, namespace: str | None) -> list[str]:
    """Sentences, one a problem; empty when the manifest may go to the API server.

    `namespace` is the one of the command's option, which the manifest may not contradict.
    """
    wrong_kind = _kind_problem(manifest)
    if wrong_kind:
        return [wrong_kind]
    return [*_metadata_problems(manifest, namespace), *_spec_problems(manifest)]


def _kind_problem(manifest: Manifest) -> str:
    kind, version = manifest.body.get("kind"), manifest.body.get("apiVersion")
    if kind != TRANSFER_JOBS.kind:
        return _problem(manifest, ("kind",), f"must be {TRANSFER_JOBS.kind}, got {_value(kind)}")
    if version != TRANSFER_JOBS.api_version:
        return _problem(manifest, ("apiVersion",), f"must be {TRANSFER_JOBS.api_version}, got {_value(version)}")
    return ""


def _metadata_problems(manifest: Manifest, namespace: str | None) -> list[str]:
    metadata = manifest.body.get("metadata")
    if not isinstance(metadata, dict):
        return [_problem(manifest, ("metadata",), "must be given, with a name")]
    problems = []
    if not any(isinstance(metadata.get(key), str) and metadata[key] for key in ("name", "generateName")):
        problems.append(_problem(manifest, ("metadata", "name"), f"must be text, got {_value(metadata.get('name'))}"))
    own = metadata.get("namespace")
    if own is not None and namespace is not None and own != namespace:
        problems.append(_problem(manifest, ("metadata", "namespace"), f"is {_value(own)}, but -n says {namespace!r}"))
    return problems


def _problem(manifest: Manifest, path: FieldPath, what: str) -> str:
    return f"{manifest.source}, line {manifest.line_of(path)}: {dotted(path)} {what}."


def dotted(path: FieldPath) -> str:
    """A path as people write it: `spec.head.layers[0].dense`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _value(value: object) -> str:
    text = clean(repr(value)) if value is not None else "nothing"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _spec_problems(manifest: Manifest) -> list[str]:
    """What the contract with the trainer says of the training part; all else is for the API server to say."""
    from pydantic import ValidationError

    from transferjob_trainer.contract.run_file import TrainingPart

    spec = manifest.body.get("spec")
    if not isinstance(spec, dict):
        return [_problem(manifest, ("spec",), f"must be a mapping, got {_value(spec)}")]
    known = {field.alias or name for name, field in TrainingPart.model_fields.items()}
    try:
        TrainingPart.model_validate({key: value for key, value in spec.items() if key in known}, by_name=False)
    except ValidationError as error:
        return [
            _sentence(manifest, dict(problem)) for problem in error.errors(include_url=False, include_context=False)
        ]
    return []


def _sentence(manifest: Manifest, problem: dict[str, Any]) -> str:
    path = ("spec", *problem["loc"])
    if problem["type"] == "missing":
        return _problem(manifest, path, "is missing")
    if problem["type"] == "extra_forbidden":
        return _problem(manifest, path, "is not a known field")
    message = problem["msg"].removeprefix("Value error, ").rstrip(".")
    got = "" if isinstance(problem["input"], dict | list) or "got" in message else f", got {_value(problem['input'])}"
    return _problem(manifest, path, f"{message[:1].lower()}{message[1:]}".replace("input should", "must") + got)
