"""Reads what a node needs of a kubeconfig: server, trust and credentials of the current context."""

from __future__ import annotations

import base64
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]


class KubeconfigError(Exception):
    """The kubeconfig lacks an entry or cannot be read; the message names the file and the entry."""


@dataclass(frozen=True)
class Connection:
    """Where the API server is and how to prove who one is.

    Attributes:
        server: URL of the API server, without a trailing slash.
        authority: the certificate authority, PEM.
        tls: context that trusts that authority alone and carries the client certificate, if any.
        headers: headers of every request (a bearer token).
    """

    server: str
    authority: str
    tls: ssl.SSLContext
    headers: dict[str, str]


def read_kubeconfig(path: Path) -> Connection:
    """Reads the current context of a kubeconfig file.

    Args:
        path: the kubeconfig.

    Raises:
        KubeconfigError: the file is absent or incomplete.
    """
    try:
        document = yaml.safe_load(path.read_text())
    except OSError as error:
        raise KubeconfigError(f"kubeconfig {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise KubeconfigError(f"kubeconfig {path} is not YAML") from error
    if not isinstance(document, dict):
        raise KubeconfigError(f"kubeconfig {path} is not a mapping")
    context = _named(document, "contexts", "context", document.get("current-context"), path)
    cluster = _named(document, "clusters", "cluster", context.get("cluster"), path)
    user = _named(document, "users", "user", context.get("user"), path)
    authority = _material(cluster, "certificate-authority", path).decode()
    tls = ssl.create_default_context(cadata=authority)
    if "client-certificate" in user or "client-certificate-data" in user:
        certificate, key = _material(user, "client-certificate", path), _material(user, "client-key", path)
        load_pair(tls, certificate, key)
    token = user.get("token")
    return Connection(
        cluster["server"].rstrip("/"), authority, tls, {"Authorization": f"Bearer {token}"} if token else {}
    )


def load_pair(tls: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """Gives a TLS context a certificate and key that are held in memory; nothing is written to a disk.

    Args:
        tls: the context to change.
        certificate: PEM.
        key: PEM, not encrypted.
    """
    descriptor = os.memfd_create("tls-pair")
    try:
        os.write(descriptor, certificate + b"\n" + key)
        tls.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _named(document: Json, group: str, kind: str, name: object, path: Path) -> Json:
    for entry in document.get(group) or []:
        if entry.get("name") == name:
            return dict(entry[kind])
    raise KubeconfigError(f"kubeconfig {path}: no entry {name!r} in {group}")


def _material(entry: Json, key: str, path: Path) -> bytes:
    if data := entry.get(f"{key}-data"):
        return base64.b64decode(str(data))
    if key not in entry:
        raise KubeconfigError(f"kubeconfig {path}: neither {key} nor {key}-data is set")
    return (path.parent / str(entry[key])).read_bytes()
