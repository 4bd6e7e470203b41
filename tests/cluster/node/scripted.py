"""A node in the hands of a test: pods move only where the test moves them, and nothing is run.

with ScriptedNode(cluster.api, "played-1", gpus=1) as node:
    node.set_running(pod)
    node.terminate(pod, 137, reason="OOMKilled")
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Self

import httpx

from tests.cluster.api import Api, ApiError
from tests.cluster.node import moves
from tests.cluster.node.clock import micro_now
from tests.cluster.node.record import ContainerRecord, PodRecord
from tests.cluster.node.registration import NodeSpec, capacity, lease_object, lease_path, node_object, node_status
from tests.cluster.node.status import status_of
from tests.cluster.resources import nodes, pods

Json = dict[str, Any]
_HEARTBEAT_SECONDS = 10.0


class ScriptedNode:
    """Registers a Ready node and writes the status of its pods, as the kubelet would.

    Every move takes the pod's object (only its name, namespace and UID count, so an old copy will do) and gives the
    object as it is after the move. A pod that is not bound yet is bound first: no scheduler is needed.
    """

    def __init__(
        self,
        api: Api,
        name: str = "scripted-1",
        *,
        cpu: str = "64",
        memory: str = "512Gi",
        gpus: int = 0,
        max_pods: int = 10_000,
        address: str = "127.1.0.1",
    ) -> None:
        """Prepares; `with` registers. `api` must be allowed to do all of this; `cpu` and `memory` are quantities."""
        self.name = name
        self._api, self._spec = api, NodeSpec(name, address, capacity(cpu, memory, gpus, max_pods), {})
        self._records: dict[str, PodRecord] = {}
        self._silent = threading.Event()
        self._heart = self._new_heart()

    def __enter__(self) -> Self:
        node = self._api.create(nodes(), node_object(self._spec))
        self._api.create(lease_path(), lease_object(node))
        self._api.patch(nodes(self.name), {"spec": {"taints": None}})
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.lose()
        self._heart.join()
        self._api.delete(lease_path(self.name))
        self._api.delete(nodes(self.name))

    def lose(self) -> None:
        """The heartbeat stops, as when the node is unreachable; the Node's object stays until the end."""
        self._silent.set()

    def come_back(self) -> None:
        """A lost node is heard of again, at once."""
        self._heart.join()
        self._silent.clear()
        self._tell()
        self._heart = self._new_heart()
        self._heart.start()

    def bind(self, pod: Json) -> Json:
        """Binds a pod to this node, as the scheduler does; one that is bound already stays as it is."""
        metadata = pod["metadata"]
        target = pods(metadata["namespace"], metadata["name"])
        body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": metadata["name"]}}
        body = {"metadata": {"name": metadata["name"]}, "target": {"kind": "Node", "name": self.name}}
        try:
            self._api.create(target._replace(subresource="binding"), {"apiVersion": "v1", "kind": "Binding", **body})
        except ApiError as error:
            if error.code != httpx.codes.CONFLICT:
                raise
        return self._api.get(target)

    def set_running(self, pod: Json, ip: str = "127.0.0.1") -> Json:
        """Init containers have succeeded, all others run, and the pod has an address."""
        record = self._record(pod)
        record.pod_ip = ip
        for init in record.init_containers:
            moves.terminate(init, 0)
        for container in record.containers:
            moves.set_running(container)
        return self._write(pod)

    def terminate(
        self,
        pod: Json,
        exit_code: int,
        reason: str = "",
        message: str = "",
        container: str | None = None,
        finished_at: str = "",
    ) -> Json:
        """Ends one container, or all, now or at `finished_at`; `message` is the termination message."""
        for record in self._meant(pod, container):
            moves.terminate(record, exit_code, reason, message, finished_at)
        return self._write(pod)

    def wait(self, pod: Json, reason: str, message: str = "", container: str | None = None) -> Json:
        """One container, or all, wait: `ImagePullBackOff`, `CreateContainerConfigError` and the like."""
        for record in self._meant(pod, container):
            record.wait_for(reason, message)
        return self._write(pod)

    def reject(self, pod: Json, reason: str = "UnexpectedAdmissionError", message: str = "") -> Json:
        """The node refuses the pod: Failed without a container ever made."""
        moves.reject(self._record(pod), reason, message)
        return self._write(pod)

    def evict(self, pod: Json, message: str = "The node was low on resource: memory.") -> Json:
        """The node ends the pod for its own sake: Failed, reason Evicted, with DisruptionTarget."""
        moves.evict(self._record(pod), message)
        return self._write(pod)

    def disrupt(self, pod: Json, reason: str = "DeletionByTaintManager", message: str = "") -> Json:
        """Adds the condition DisruptionTarget, and nothing else."""
        moves.disrupt(self._record(pod), reason, message)
        return self._write(pod)

    def finish_deletion(self, pod: Json, exit_code: int = 143) -> None:
        """Does the kubelet's part of a deletion: ends what runs, writes the last status, removes the object."""
        record = self._record(pod)
        record.ending = True
        moves.end_running(record, exit_code)
        if record.current_phase() not in ("Succeeded", "Failed"):
            record.phase = "Failed"
        self._write(pod)
        metadata = pod["metadata"]
        self._api.delete(pods(metadata["namespace"], metadata["name"]), grace_seconds=0)

    def _record(self, pod: Json) -> PodRecord:
        uid = pod["metadata"]["uid"]
        if uid not in self._records:
            self._records[uid] = PodRecord.of(self.bind(pod), self._spec.address)
        return self._records[uid]

    def _meant(self, pod: Json, container: str | None) -> list[ContainerRecord]:
        record = self._record(pod)
        return record.containers if container is None else [record.container(container)]

    def _write(self, pod: Json) -> Json:
        metadata = pod["metadata"]
        target = pods(metadata["namespace"], metadata["name"])
        status = status_of(self._record(pod), self._api.get(target).get("status") or {})
        body = {"metadata": {"uid": metadata["uid"]}, "status": status}
        return self._api.patch(target._replace(subresource="status"), body, "strategic")

    def _beat(self) -> None:
        while not self._silent.wait(_HEARTBEAT_SECONDS):
            # One that is missed, because the API server is away or overloaded, is made up for by the next.
            with contextlib.suppress(ApiError, httpx.HTTPError):
                self._tell()

    def _tell(self) -> None:
        self._api.patch(lease_path(self.name), {"spec": {"renewTime": micro_now()}})
        self._api.patch(nodes(self.name)._replace(subresource="status"), {"status": node_status(self._spec)})

    def _new_heart(self) -> threading.Thread:
        return threading.Thread(target=self._beat, name=f"heartbeat-{self.name}", daemon=True)
