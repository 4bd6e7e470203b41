"""The namespace that kubeconfig files name, merged as kubectl merges them: of each name the first one counts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from .errors import unreachable, usage
from .options import Connection

DEFAULT_NAMESPACE = "default"
_DEFAULT_FILE = Path("~/.kube/config")
_POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def files_of(kubeconfig: Path | None, environment: Mapping[str, str]) -> list[Path]:
    """The kubeconfig files that count, in order; those of KUBECONFIG that do not exist are left out."""
    if kubeconfig is not None:
        return [kubeconfig]
    listed = [Path(entry) for entry in environment.get("KUBECONFIG", "").split(os.pathsep) if entry]
    candidates = listed or [_DEFAULT_FILE.expanduser()]
    return [path for path in candidates if path.is_file()]


def namespace_of(connection: Connection, environment: Mapping[str, str]) -> str:
    """The namespace that commands act in: the option's, else the context's, else the pod's, else `default`.

    Raises CliError when a file cannot be read or the context does not exist.
    """
    if connection.namespace and not connection.context:
        return connection.namespace
    documents = [_read(path) for path in files_of(connection.kubeconfig, environment)]
    name = connection.context or _first(documents, "current-context")
    if not name:
        return _pod_namespace()
    contexts = _contexts(documents)
    if name not in contexts:
        known = ", ".join(sorted(contexts)) or "none"
        raise usage(f"There is no context {name!r} in kubeconfig; known contexts: {known}.")
    return connection.namespace or str(contexts[name].get("namespace") or DEFAULT_NAMESPACE)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreachable(f"Cannot read the kubeconfig {path}: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise unreachable(f"The kubeconfig {path} is not YAML.") from error
    return document if isinstance(document, Mapping) else {}


def _first(documents: Sequence[Mapping[str, Any]], key: str) -> str:
    return next((str(document[key]) for document in documents if document.get(key)), "")


def _contexts(documents: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for document in documents:
        for entry in document.get("contexts") or []:
            if isinstance(entry, Mapping) and isinstance(entry.get("context"), Mapping):
                found.setdefault(str(entry.get("name")), entry["context"])
    return found


def _pod_namespace() -> str:
    try:
        return _POD_NAMESPACE.read_text(encoding="utf-8").strip() or DEFAULT_NAMESPACE
    except OSError:
        return DEFAULT_NAMESPACE
