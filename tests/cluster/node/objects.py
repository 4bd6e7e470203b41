"""Secrets and ConfigMaps as the kubelet reads them: their entries as bytes, and its sentences when one is missing."""

from __future__ import annotations

import base64
from typing import Any

from tests.cluster.node.client import Api

Json = dict[str, Any]


class NotYet(Exception):
    """Something that a pod refers to is not there; it may appear, so the node tries again.

    Attributes:
        subject: the volume that waits, or None when it is an environment variable.
    """

    def __init__(self, message: str, subject: str | None = None) -> None:
        super().__init__(message)
        self.subject = subject


async def secret_entries(api: Api, namespace: str, name: str) -> dict[str, bytes] | None:
    """The entries of a Secret, or None when there is none."""
    secret = await api.find(f"/api/v1/namespaces/{namespace}/secrets/{name}")
    return (
        None if secret is None else {key: base64.b64decode(value) for key, value in (secret.get("data") or {}).items()}
    )


async def config_map_entries(api: Api, namespace: str, name: str) -> dict[str, bytes] | None:
    """The entries of a ConfigMap, or None when there is none."""
    found = await api.find(f"/api/v1/namespaces/{namespace}/configmaps/{name}")
    if found is None:
        return None
    text = {key: value.encode() for key, value in (found.get("data") or {}).items()}
    return text | {key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}


async def entries(api: Api, kind: str, namespace: str, name: str, optional: bool) -> dict[str, bytes] | None:
    """The entries of a Secret or ConfigMap; None when it is missing and may be.

    Args:
        api: the API server.
        kind: `secret` or `configmap`.
        namespace: the pod's namespace.
        name: the object's name.
        optional: a missing object is no fault.

    Raises:
        NotYet: missing, in the kubelet's words.
    """
    read = secret_entries if kind == "secret" else config_map_entries
    found = await read(api, namespace, name)
    if found is None and not optional:
        raise NotYet(f'{kind} "{name}" not found')
    return found
