"""Requests that only the command line sends, as values like those of kube.rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from ..kube.rest import PODS, Request, Resource

FIELD_MANAGER = "transferjob-cli"
_WRITE = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"}
_APPLY = "application/apply-patch+yaml"


def apply(
    resource: Resource, namespace: str, name: str, manifest: Mapping[str, Any], *, force: bool, dry_run: bool
) -> Request:
    """Server-side apply: makes the object, or changes the fields that the manifest names.

    `force` takes over fields that somebody else manages; `dry_run` has it checked and not stored.
    """
    query = {**_WRITE, "force": _flag(force), **_dry_run(dry_run)}
    return Request("patch", "PATCH", resource.path(namespace, name), query, orjson.dumps(manifest), _APPLY)


def create(resource: Resource, namespace: str, manifest: Mapping[str, Any], *, dry_run: bool) -> Request:
    """Make an object; the way for manifests with generateName."""
    query = {**_WRITE, **_dry_run(dry_run)}
    return Request("create", "POST", resource.path(namespace), query, orjson.dumps(manifest))


def only(request: Request, name: str | None) -> Request:
    """The list or watch limited to the object of this name."""
    if name is None:
        return request
    return replace(request, query={**request.query, "fieldSelector": f"metadata.name={name}"})


def logs(namespace: str, pod: str, container: str, *, follow: bool, tail: int | None) -> Request:
    """The log of a container; `tail` is the number of lines from its end, None all of them."""
    query = {"container": container, "follow": _flag(follow)}
    if tail is not None:
        query["tailLines"] = str(tail)
    return Request("get", "GET", PODS.path(namespace, pod, "log"), query)


def raw(path: str) -> Request:
    """Any path of the API server, such as /version."""
    return Request("get", "GET", path)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _dry_run(dry_run: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run else {}
