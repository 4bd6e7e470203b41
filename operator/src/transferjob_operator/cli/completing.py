"""Names that the shell offers after Tab: of jobs and backbones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from .options import Connection

_SECONDS = 3.0
"""After which the shell gets nothing: a cluster that is away must not hang a prompt."""


def job_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Jobs of the namespace that the options so far name."""

    def listed() -> list[str]:
        from .cluster import connect

        cluster = connect(_connection(ctx))
        return cluster.names(cluster.namespace)

    return [name for name in _within_seconds(listed) if name.startswith(incomplete)]


def backbone_names(incomplete: str) -> list[str]:
    """Of the 40."""
    from transferjob_trainer.contract import BACKBONES

    return [name for name in BACKBONES if name.startswith(incomplete)]


def _connection(ctx: typer.Context) -> Connection:
    """From the options before and after the command's name; the later one wins."""
    from .options import Connection

    found = Connection()
    for context in (ctx.parent, ctx):
        given = context.params if context is not None else {}
        path = given.get("kubeconfig")
        new = Connection(Path(path) if path else None, given.get("context"), given.get("namespace"))
        found = found.overridden_by(new)
    return found


def _within_seconds(listed: Callable[[], list[str]]) -> list[str]:
    """What a function gives; nothing when it fails or takes too long."""
    found: list[str] = []

    def ask() -> None:
        from .errors import CliError

        try:
            found.extend(listed())
        except (CliError, OSError, ValueError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return found.copy()
