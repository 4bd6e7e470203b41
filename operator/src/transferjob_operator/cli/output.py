"""Prints: objects for machines, lines, and consoles that know whether a person looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from .options import Format
from .views.fields import clean

if TYPE_CHECKING:
    from rich.console import Console

_RESOURCE_NAME = "transferjob.transferjob.dev"


def is_live() -> bool:
    """Whether standard output is a terminal that can be redrawn."""
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def speaks_unicode() -> bool:
    """Whether standard output takes more than ASCII; the kernel's own console has a few hundred characters."""
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" and os.environ.get("TERM") != "linux"


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, or standard error; NO_COLOR and the terminal's width are honoured."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


def terminal_width() -> int | None:
    """Characters in a line of the terminal; None when standard output is none."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def say(text: str) -> None:
    """A line for the one who asked, on standard output at once."""
    _print(text, sys.stdout)


def note(text: str) -> None:
    """A line beside the answer, on standard error."""
    _print(text, sys.stderr)


def _print(text: str, stream: IO[str]) -> None:
    print(clean(text), file=stream, flush=True)


def print_objects(objects: Sequence[Mapping[str, Any]], form: Format, *, as_list: bool) -> None:
    """Prints objects as JSON, YAML or names; `as_list` wraps them in a List as kubectl does."""
    if form is Format.NAME:
        for item in objects:
            say(f"{_RESOURCE_NAME}/{item['metadata']['name']}")
        return
    shown = [_without_managed_fields(item) for item in objects]
    document = {"apiVersion": "v1", "kind": "List", "items": shown} if as_list else shown[0]
    print(_encoded(document, form), flush=True)


def print_change(job: Mapping[str, Any], form: Format) -> None:
    """Prints one object of a stream: JSON on a line of its own, YAML as a document of its own, or the name."""
    if form is Format.JSON:
        import json

        print(json.dumps(_without_managed_fields(job), separators=(",", ":")), flush=True)
        return
    if form is Format.YAML:
        print("---")
    print_objects([job], form, as_list=False)


def print_document(document: Mapping[str, Any] | Sequence[Any], form: Format) -> None:
    """Prints something that is no object of the cluster, as JSON or YAML."""
    print(_encoded(document, form), flush=True)


def _encoded(document: Mapping[str, Any] | Sequence[Any], form: Format) -> str:
    if form is Format.JSON:
        import json

        return json.dumps(document, indent=2)
    import yaml

    return yaml.safe_dump(document, sort_keys=False, allow_unicode=False).rstrip("\n")


def _without_managed_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in item["metadata"].items() if key != "managedFields"}
    return {**item, "metadata": metadata}
