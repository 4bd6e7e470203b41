"""What is kept of a node: whether the cluster hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .times import parse_time


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node."""

    name: str
    uid: str
    resource_version: str
    unreachable_since: datetime | None
    """Since when its Ready condition is Unknown: the node controller has missed its heartbeats. None while it beats."""
    namespace: str = ""
    """Nodes have none."""


def project_node(raw: Mapping[str, Any]) -> NodeRecord:
    """The record of a node. One whose kubelet says that it is not ready still says something: it is reachable."""
    metadata = raw["metadata"]
    conditions = (raw.get("status") or {}).get("conditions") or ()
    ready: Mapping[str, Any] = next((item for item in conditions if item.get("type") == "Ready"), {})
    unknown = ready.get("status") == "Unknown"
    return NodeRecord(
        name=metadata["name"],
        uid=metadata["uid"],
        resource_version=metadata["resourceVersion"],
        unreachable_since=parse_time(ready.get("lastTransitionTime")) if unknown else None,
    )
