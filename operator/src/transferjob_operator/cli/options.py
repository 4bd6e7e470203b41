"""Options that several commands share, and the connection that they describe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .completing import job_names


@dataclass(frozen=True, slots=True)
class Connection:
    """Which cluster, as kubectl takes it; None means what kubeconfig says."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None

    def overridden_by(self, other: Connection) -> Connection:
        """This connection with what `other` names."""
        given = {name: getattr(other, name) for name in self.__slots__ if getattr(other, name) is not None}
        return replace(self, **given)


class Format(StrEnum):
    """Machine-readable output."""

    JSON = "json"
    YAML = "yaml"
    NAME = "name"


class Goal(StrEnum):
    """What one can wait for."""

    COMPLETE = "complete"
    RUNNING = "running"
    FAILED = "failed"


Kubeconfig = Annotated[
    Path | None,
    typer.Option("--kubeconfig", metavar="FILE", help="Default: $KUBECONFIG (several files with ':'), ~/.kube/config."),
]
Context = Annotated[str | None, typer.Option("--context", metavar="NAME", help="Default: the current context.")]
Namespace = Annotated[
    str | None, typer.Option("-n", "--namespace", metavar="NAME", help="Default: the context's namespace.")
]
AllNamespaces = Annotated[bool, typer.Option("-A", "--all-namespaces", help="Jobs of all namespaces.")]
Output = Annotated[Format | None, typer.Option("-o", "--output", help="Print objects for machines.")]
Watch = Annotated[bool, typer.Option("-w", "--watch", help="Follow changes; live on a terminal, else one line each.")]
Timeout = Annotated[
    str | None, typer.Option("--timeout", metavar="DURATION", help="Give up after e.g. 90s, 10m, 2h. Default: never.")
]
Claims = Annotated[Path | None, typer.Option("--claims", metavar="FOLDER", help="pvc://NAME/PATH is FOLDER/NAME/PATH.")]
Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A job, or the URI or folder of a model.", show_default=False, autocompletion=job_names
    ),
]
JobName = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the job.", show_default=False, autocompletion=job_names)
]
JobNames = Annotated[
    list[str], typer.Argument(metavar="NAME", help="Names of the jobs.", show_default=False, autocompletion=job_names)
]


def connection_of(
    context: typer.Context, kubeconfig: Path | None, kube_context: str | None, namespace: str | None
) -> Connection:
    """The connection from the options before and after the command's name; the later one wins."""
    base = context.obj if isinstance(context.obj, Connection) else Connection()
    return base.overridden_by(Connection(kubeconfig, kube_context, namespace))
