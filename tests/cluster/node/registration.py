"""The Node object: what a local node says of itself, its lease and its heartbeat."""

from __future__ import annotations

import asyncio
import os
import platform
from dataclasses import dataclass
from typing import Any

import httpx

from tests.cluster.node.addresses import KUBELET_PORT
from tests.cluster.node.client import STRATEGIC, Api, ApiError
from tests.cluster.node.clock import micro_now, now
from tests.cluster.node.fields import FieldError, quantity

Json = dict[str, Any]
NATURE = "local node: processes without containers"
LIMITS = (
    "containers run as processes of the node's user on the host's files and network; images, runAsUser, fsGroup,"
    " probes, lifecycle hooks and CPU limits are not applied"
)
_LEASE_SECONDS = 40


@dataclass(frozen=True)
class NodeSpec:
    """What a node offers.

    Attributes:
        name: of the node.
        address: its InternalIP.
        capacity: resources by name, as quantities.
        labels: beyond the usual ones.
    """

    name: str
    address: str
    capacity: dict[str, str]
    labels: dict[str, str]


def capacity(cpu: str, memory: str, gpus: int, pods: int, gpu_resource: str = "nvidia.com/gpu") -> dict[str, str]:
    """The resources of a node, as quantities; without GPUs there is no GPU resource at all.

    Raises:
        FieldError: `cpu` or `memory` is not a quantity, or a number is negative.
    """
    for text in (cpu, memory, str(gpus), str(pods)):
        if quantity(text) < 0:
            raise FieldError(f"{text} is below 0, the least that a node can offer")
    offered = {"cpu": cpu, "memory": memory, "pods": str(pods), "ephemeral-storage": "100Gi"}
    return offered | ({gpu_resource: str(gpus)} if gpus else {})


def node_object(spec: NodeSpec) -> Json:
    """The Node as it is created."""
    labels = {"kubernetes.io/hostname": spec.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": _architecture()}
    annotations = {"local-node/nature": NATURE, "local-node/limits": LIMITS}
    metadata = {"name": spec.name, "labels": {**labels, **spec.labels}, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}, "status": node_status(spec)}


def node_status(spec: NodeSpec) -> Json:
    """The status of a healthy node, heartbeat of this moment included."""
    return {
        "capacity": spec.capacity,
        "allocatable": spec.capacity,
        "addresses": [{"type": "InternalIP", "address": spec.address}, {"type": "Hostname", "address": spec.name}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": KUBELET_PORT}},
        "conditions": node_conditions(),
        "nodeInfo": _node_info(),
    }


def node_conditions() -> list[Json]:
    """Ready, and no pressure of any kind."""
    heartbeat = {"lastHeartbeatTime": now()}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": NATURE, **heartbeat}
    pressures = [
        {"type": kind, "status": "False", "reason": "NotMeasured", "message": NATURE, **heartbeat}
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")
    ]
    return [*pressures, ready]


def lease_object(node: Json) -> Json:
    """The node's lease, owned by the node."""
    name, uid = node["metadata"]["name"], node["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}
    spec = {"holderIdentity": name, "leaseDurationSeconds": _LEASE_SECONDS, "renewTime": micro_now()}
    metadata = {"name": name, "namespace": "kube-node-lease", "ownerReferences": [owner]}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}


def lease_path(name: str = "") -> str:
    """Where node leases are."""
    return "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases" + (f"/{name}" if name else "")


async def register(api: Api, admin: Api, spec: NodeSpec) -> None:
    """Creates the Node and its lease, or takes over those of an earlier life of the same name.

    Args:
        api: as the node.
        admin: as someone who may change taints: a new node carries not-ready until somebody looks at it.
        spec: what it offers.

    Raises:
        ApiError: refused.
    """
    path = f"/api/v1/nodes/{spec.name}"
    node = await api.find(path)
    if node is None:
        node = await api.create("/api/v1/nodes", node_object(spec))
    await api.patch(f"{path}/status", {"status": node_status(spec)}, STRATEGIC)
    await _beat_lease(api, node)
    await admin.patch(path, {"spec": {"taints": None}})


async def heartbeat(api: Api, spec: NodeSpec, interval_seconds: float) -> None:
    """Renews the lease and the Ready condition, for ever.

    Args:
        api: as the node.
        spec: the node.
        interval_seconds: time between two heartbeats.
    """
    path = f"/api/v1/nodes/{spec.name}"
    while True:
        await asyncio.sleep(interval_seconds)
        try:
            await _beat_lease(api, await api.get(path))
            await api.patch(f"{path}/status", {"status": {"conditions": node_conditions()}}, STRATEGIC)
        except (ApiError, httpx.HTTPError):
            continue


async def _beat_lease(api: Api, node: Json) -> None:
    name = node["metadata"]["name"]
    if await api.find(lease_path(name)) is None:
        await api.create(lease_path(), lease_object(node))
    else:
        await api.patch(lease_path(name), {"spec": {"renewTime": micro_now(), "holderIdentity": name}})


def _node_info() -> Json:
    blank = ("machineID", "systemUUID", "bootID")
    return {
        **dict.fromkeys(blank, ""),
        "kernelVersion": platform.release(),
        "osImage": NATURE,
        "containerRuntimeVersion": "local://none",
        "kubeletVersion": "v1.34.4-local",
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": _architecture(),
    }


def _architecture() -> str:
    machine = os.uname().machine
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
