"""Requests to the API server as values: built here without I/O, sent by `client`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

import orjson

PAGE_SIZE = 500
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
_UNCHECKED: Mapping[str, str] = {"fieldValidation": "Ignore"}
"""What we write is ours: by default the server decodes strictly, to warn of unknown fields, and nobody reads that."""

Propagation = Literal["Background", "Foreground", "Orphan"]


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object as the API names it."""

    group: str
    version: str
    plural: str
    kind: str

    @property
    def api_version(self) -> str:
        """`group/version`, or the version alone in the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None = None, name: str | None = None, subresource: str | None = None) -> str:
        """The URL path of the collection, the object or its subresource."""
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if namespace is not None:
            parts += ["namespaces", namespace]
        parts += [part for part in (self.plural, name, subresource) if part is not None]
        return "/" + "/".join(quote(part, safe="") for part in parts)


TRANSFER_JOBS = Resource("transferjob.dev", "v1alpha1", "transferjobs", "TransferJob")
JOBS = Resource("batch", "v1", "jobs", "Job")
PODS = Resource("", "v1", "pods", "Pod")
SERVICES = Resource("", "v1", "services", "Service")
NODES = Resource("", "v1", "nodes", "Node")
EVENTS = Resource("events.k8s.io", "v1", "events", "Event")
CORE_EVENTS = Resource("", "v1", "events", "Event")
LEASES = Resource("coordination.k8s.io", "v1", "leases", "Lease")


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `verb` is the API's word for it, as metrics and RBAC use it."""

    verb: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = JSON

    @property
    def target(self) -> str:
        """Path and query string."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def get(resource: Resource, namespace: str | None, name: str) -> Request:
    """Read one object; without a namespace one of the whole cluster."""
    return Request("get", "GET", resource.path(namespace, name))


def list_page(
    resource: Resource,
    namespace: str | None,
    *,
    label_selector: str = "",
    resource_version: str | None = None,
    continue_token: str = "",
    limit: int = PAGE_SIZE,
) -> Request:
    """Read one page of a collection.

    Args:
        resource: kind of the objects.
        namespace: None reads all namespaces.
        label_selector: only objects with these labels.
        resource_version: "0" takes what the server has in memory; a version, nothing older than it; None, the newest.
        continue_token: of the page before; the version then travels inside it.
        limit: most objects of the page; 0 means all.
    """
    query = {"limit": str(limit)} if limit else {}
    if label_selector:
        query["labelSelector"] = label_selector
    if continue_token:
        query["continue"] = continue_token
    elif resource_version is not None:
        query |= {"resourceVersion": resource_version, "resourceVersionMatch": "NotOlderThan"}
    return Request("list", "GET", resource.path(namespace), query)


def list_selected(resource: Resource, namespace: str, field_selector: str, limit: int) -> Request:
    """Read at most `limit` objects with these fields."""
    query = {"fieldSelector": field_selector, "limit": str(limit)}
    return Request("list", "GET", resource.path(namespace), query)


def pod_log(namespace: str, pod: str, container: str, lines: int, size: int) -> Request:
    """Read the last lines of a container's log, at most `size` bytes of them."""
    query = {"container": container, "tailLines": str(lines), "limitBytes": str(size)}
    return Request("get", "GET", PODS.path(namespace, pod, "log"), query)


def watch(
    resource: Resource, namespace: str | None, *, resource_version: str, timeout_seconds: int, label_selector: str = ""
) -> Request:
    """Follow a collection from a resource version on, with bookmarks, until the server ends it."""
    query = {
        "watch": "1",
        "allowWatchBookmarks": "true",
        "resourceVersion": resource_version,
        "timeoutSeconds": str(timeout_seconds),
    }
    if label_selector:
        query["labelSelector"] = label_selector
    return Request("watch", "GET", resource.path(namespace), query)


def create(resource: Resource, namespace: str, manifest: Mapping[str, Any]) -> Request:
    """Make an object."""
    return Request("create", "POST", resource.path(namespace), _UNCHECKED, orjson.dumps(manifest))


def update(resource: Resource, namespace: str, name: str, manifest: Mapping[str, Any]) -> Request:
    """Replace an object; the manifest's resourceVersion is the precondition."""
    return Request("update", "PUT", resource.path(namespace, name), _UNCHECKED, orjson.dumps(manifest))


def merge_patch(
    resource: Resource, namespace: str, name: str, patch: Mapping[str, Any], subresource: str | None = None
) -> Request:
    """Change some fields; a uid or resourceVersion in the patch's metadata is a precondition."""
    path = resource.path(namespace, name, subresource)
    return Request("patch", "PATCH", path, _UNCHECKED, orjson.dumps(patch), MERGE_PATCH)


def strategic_patch(
    resource: Resource, namespace: str, name: str, patch: Mapping[str, Any], subresource: str | None = None
) -> Request:
    """Change some fields of a built-in object; lists are merged by their keys, as conditions by their type."""
    path = resource.path(namespace, name, subresource)
    return Request("patch", "PATCH", path, body=orjson.dumps(patch), content_type=STRATEGIC_PATCH)


def delete(
    resource: Resource,
    namespace: str,
    name: str,
    *,
    uid: str,
    resource_version: str | None = None,
    propagation: Propagation = "Background",
    grace_seconds: int | None = None,
) -> Request:
    """Delete exactly the object that was seen, never a later one of the same name.

    Args:
        resource: kind of the object.
        namespace: its namespace.
        name: its name.
        uid: its UID.
        resource_version: where given, one that was changed since is left alone.
        propagation: what becomes of its dependents.
        grace_seconds: a pod's time to end; None leaves it its own, 0 does not wait for its kubelet.
    """
    preconditions = {"uid": uid} | ({"resourceVersion": resource_version} if resource_version else {})
    options: dict[str, Any] = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": preconditions,
        "propagationPolicy": propagation,
    }
    if grace_seconds is not None:
        options["gracePeriodSeconds"] = grace_seconds
    return Request("delete", "DELETE", resource.path(namespace, name), body=orjson.dumps(options))
