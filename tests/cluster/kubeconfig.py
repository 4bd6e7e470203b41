"""Kubeconfig files that hold everything inside, so that one file can be handed to any client."""

import base64
import os
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.certificates import KeyPair

_CONTEXT = "transferjob-test"


def certificate_user(pair: KeyPair) -> dict[str, str]:
    """The `user` part for a client certificate."""
    return {
        "client-certificate-data": _encode(pair.certificate.read_bytes()),
        "client-key-data": _encode(pair.key.read_bytes()),
    }


def write(path: Path, url: str, authority: bytes, user: dict[str, str], namespace: str = "default") -> Path:
    """Writes a kubeconfig with one cluster, user and context, readable by the owner alone.

    `authority` is the PEM of the server's certificate authority, `user` the kubeconfig's user entry.
    """
    cluster = {"server": url, "certificate-authority-data": _encode(authority)}
    context = {"cluster": _CONTEXT, "user": _CONTEXT, "namespace": namespace}
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _CONTEXT, "cluster": cluster}],
        "users": [{"name": _CONTEXT, "user": user}],
        "contexts": [{"name": _CONTEXT, "context": context}],
        "current-context": _CONTEXT,
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(document, file, sort_keys=False)
    return path


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()
