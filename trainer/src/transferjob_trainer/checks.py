"""Checks that need no TensorFlow: a run that cannot work ends within a second or two of its start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .advise.limits import deepest_choice, with_count
from .contract.layer_table import layer_table
from .contract.run_file import RunFile
from .contract.unsupported import find_unsupported
from .errors import InvalidSpec
from .export.needs import check_formats
from .freeze_count import freeze_count
from .precision import check_precision
from .train.phases import resolve_phases
from .train.rates import layer_factors

MAX_RUN_FILE_BYTES = 256 * 1024
MAX_SHOWN = 80
"""Characters of a wrong value that a sentence repeats."""


def read_run_file(path: Path) -> RunFile:
    """The run file, checked as far as it can be without building the model.

    Raises:
        InvalidSpec: unreadable, malformed, not supported yet, or impossible; one sentence with field, value and limit.
    """
    document = _document(path)
    try:
        run = RunFile.model_validate(document)
    except ValidationError as error:
        raise InvalidSpec(_sentence(error)) from None
    unsupported = find_unsupported(document)
    if unsupported:
        raise InvalidSpec(", ".join(f"spec.{name}" for name in unsupported) + ": not supported yet")
    _check_layers(run)
    _check_size(run)
    check_precision(run.training, run.gpus)
    check_formats(run.output.formats)
    return run


def input_size(run: RunFile) -> tuple[int, int]:
    """Height and width of the network's input in pixels, with the backbone's own size as default."""
    side = run.backbone.facts.default_side
    return run.input.height or side, run.input.width or side


def _document(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidSpec(f"the run file {path} cannot be read: {error.strerror}") from None
    if len(data) > MAX_RUN_FILE_BYTES:
        raise InvalidSpec(f"the run file has {len(data)} bytes, at most {MAX_RUN_FILE_BYTES} are read")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidSpec(f"the run file is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise InvalidSpec("the run file must be a JSON object")
    return document


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    path = ".".join(["spec", *(str(part) for part in first["loc"])])
    shown = _shown(first.get("input"))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{path}: {first['msg'].removeprefix('Value error, ')}{shown}{more}"


def _shown(value: object) -> str:
    """The value, when it is short and cannot be a URI with a password in it."""
    if not isinstance(value, str | int | float) or (isinstance(value, str) and ("/" in value or "@" in value)):
        return ""
    text = repr(value)
    return f", got {text}" if len(text) <= MAX_SHOWN else ""


def _check_layers(run: RunFile) -> None:
    names = [layer.name for layer in layer_table(run.backbone.graph, run.backbone.resolved_variant)]
    if run.freeze.auto is not None or run.advise:
        deepest_choice(run, names)
    chosen = with_count(run, 0) if run.freeze.auto is not None else run
    freeze_count(chosen.freeze, names, run.backbone)
    resolve_phases(chosen, names)
    layer_factors(run.training.layerwise_learning_rate, run.backbone, names)


def _check_size(run: RunFile) -> None:
    smallest = run.backbone.facts.minimum_side
    for field, side in zip(("height", "width"), input_size(run), strict=True):
        if side < smallest:
            name = run.backbone.name
            raise InvalidSpec(f"spec.input.{field} must be at least {smallest} for {name}, got {side}")
