"""Events about pods, as the kubelet writes them: the same one again only counts up."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from tests.cluster.node.client import Api, ApiError
from tests.cluster.node.clock import now

Json = dict[str, Any]


class Events:
    """Writes Events; one that the API server does not take is dropped, for Events decide nothing."""

    def __init__(self, api: Api, node_name: str) -> None:
        self._api, self._node = api, node_name
        self._seen: dict[tuple[str, str, str], tuple[str, int]] = {}

    async def emit(self, pod: Json, kind: str, reason: str, message: str) -> None:
        """Writes an Event about a pod.

        Args:
            pod: the pod's object.
            kind: `Normal` or `Warning`.
            reason: one word.
            message: one sentence.
        """
        metadata = pod["metadata"]
        key = (metadata["uid"], reason, message)
        name, count = self._seen.get(key, (f"{metadata['name']}.{secrets.token_hex(8)}", 0))
        self._seen[key] = (name, count + 1)
        path = f"/api/v1/namespaces/{metadata['namespace']}/events"
        try:
            if count:
                await self._api.patch(f"{path}/{name}", {"count": count + 1, "lastTimestamp": now()})
            else:
                await self._api.create(path, self._body(metadata, name, kind, reason, message))
        except (ApiError, httpx.HTTPError):
            return

    def forget(self, uid: str) -> None:
        """Drops what was remembered of a pod that is gone."""
        self._seen = {key: value for key, value in self._seen.items() if key[0] != uid}

    def _body(self, metadata: Json, name: str, kind: str, reason: str, message: str) -> Json:
        involved = {"apiVersion": "v1", "kind": "Pod", **{k: metadata[k] for k in ("name", "namespace", "uid")}}
        time = now()
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": metadata["namespace"]},
            "involvedObject": involved,
            "type": kind,
            "reason": reason,
            "message": message[:1024],
            "count": 1,
            "firstTimestamp": time,
            "lastTimestamp": time,
            "source": {"component": "kubelet", "host": self._node},
            "reportingComponent": "kubelet",
            "reportingInstance": self._node,
        }
