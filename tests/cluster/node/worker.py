"""One pod on this node, from the moment it is bound to the moment its object is gone."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Coroutine
from typing import Any, Protocol

import httpx

from tests.cluster.node.client import ApiError
from tests.cluster.node.clock import now, parse
from tests.cluster.node.context import NodeContext
from tests.cluster.node.lifecycle import ContainerLife
from tests.cluster.node.logview import LogSource
from tests.cluster.node.moves import disrupt, lose_containers, reject
from tests.cluster.node.plan import container_files
from tests.cluster.node.publisher import StatusPublisher
from tests.cluster.node.record import PodRecord
from tests.cluster.node.script import ScriptedLife, ScriptError, script_of
from tests.cluster.node.server import NoLogError
from tests.cluster.node.volumes import SUPPORTED

Json = dict[str, Any]
_SHUTDOWN = "Pod was terminated in response to imminent node shutdown."
_DEADLINE = "Pod was active on the node longer than the specified deadline"
_SHUTDOWN_GRACE_SECONDS = 2.0


class Life(Protocol):
    """How a pod's state moves on."""

    async def run(self) -> None:
        """Returns when the pod has ended."""

    async def stop(self, grace_seconds: float) -> None:
        """Ends every container."""


class PodWorker:
    """Runs one pod; `update` and `forget` tell it what the API server says.

    Args:
        node: the node.
        pod: the pod's object when it was first seen.
    """

    def __init__(self, node: NodeContext, pod: Json) -> None:
        self.pod = pod
        self.record = PodRecord.of(pod, node.address)
        self._node = node
        self._uid: str = pod["metadata"]["uid"]
        self._deleted, self._gone = asyncio.Event(), asyncio.Event()
        self.settled = asyncio.Event()
        self.update(pod)
        self.task = asyncio.create_task(self._run())

    def update(self, pod: Json) -> None:
        """Takes a newer version of the object; only its deletion matters, the rest of a pod does not change."""
        self.pod = pod
        if pod["metadata"].get("deletionTimestamp"):
            self._deleted.set()

    def forget(self) -> None:
        """The object is gone: whatever runs must end at once."""
        self._gone.set()
        self._deleted.set()

    def is_named(self, namespace: str, name: str) -> bool:
        """Whether this is the pod of that name."""
        metadata = self.pod["metadata"]
        return bool(metadata["namespace"] == namespace and metadata["name"] == name)

    def log(self, container: str, previous: bool) -> LogSource:
        """A container's log, of its last attempt or of the one before; raises NoLogError."""
        name = self.pod["metadata"]["name"]
        try:
            record = self.record.container(container)
        except KeyError as error:
            raise NoLogError(f"container {container} is not valid for pod {name}") from error
        path = container_files(self._node, self._uid, container).log(record.restarts - previous)
        if path.exists():
            return LogSource(path, lambda: record.running and not previous)
        if previous:
            raise NoLogError(f'previous terminated container "{container}" in pod "{name}" not found')
        reason = record.state.get("waiting", {}).get("reason", "ContainerCreating")
        raise NoLogError(f'container "{container}" in pod "{name}" is waiting to start: {reason}')

    async def _run(self) -> None:
        try:
            if (self.pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
                await self._live()
            self.settled.set()
            await self._deleted.wait()
            await self._delete_object()
        finally:
            self.settled.set()
            self._node.addresses.give_back(self.record.pod_ip)
            self._node.events.forget(self._uid)
            await asyncio.to_thread(shutil.rmtree, self._node.pod_folder(self._uid), ignore_errors=True)

    async def _live(self) -> None:
        publisher = StatusPublisher(self._node.api, self.pod, self.record)
        try:
            if not self._refused():
                await self._play(publisher)
            publisher.changed()
            await _first(publisher.settled(), self._gone.wait())
        finally:
            publisher.stop()

    async def _play(self, publisher: StatusPublisher) -> None:
        self.record.pod_ip = self._node.addresses.take()
        life = self._life(publisher)
        running = asyncio.create_task(life.run())
        publisher.changed()
        try:
            await _first(_finished(running), self._deleted.wait(), self._node.stopping.wait(), self._deadline_reached())
            if running.done():
                running.result()
                return
            running.cancel()
            await asyncio.wait([running])
            self._give_reason()
            await self._stop_gently(life)
        finally:
            running.cancel()
            await life.stop(0)
        if self.record.current_phase() not in ("Succeeded", "Failed"):
            self.record.phase = "Failed"

    async def _stop_gently(self, life: Life) -> None:
        """Gives the containers their grace period, unless something more urgent comes."""
        waits: list[Coroutine[Any, Any, Any]] = [life.stop(self._grace_seconds()), self._gone.wait()]
        if not self._node.stopping.is_set():
            waits.append(self._node.stopping.wait())
        await _first(*waits)

    def _life(self, publisher: StatusPublisher) -> Life:
        steps = script_of(self.pod, self._node.scripted_default)
        if steps is None:
            return ContainerLife(self._node, self.pod, self.record, publisher.changed)
        return ScriptedLife(self._node, self.pod, self.record, publisher.changed, steps)

    def _refused(self) -> bool:
        """Ends a pod that cannot run here, or that ran before the node was restarted."""
        problem = _unsupported(self.pod, self._node)
        if problem:
            reject(self.record, "NotSupported", problem)
        elif lose_containers(self.record, self.pod.get("status") or {}) and self.record.restart_policy == "Never":
            self.record.phase = "Failed"
        return self.record.phase == "Failed"

    def _give_reason(self) -> None:
        """Says why a pod ends that nobody let come to its own end."""
        self.record.ending = True
        if self._deleted.is_set():
            return
        self.record.phase = "Failed"
        if self._node.stopping.is_set():
            self.record.reason, self.record.message = "Terminated", _SHUTDOWN
            disrupt(self.record, "TerminationByKubelet", _SHUTDOWN)
        else:
            self.record.reason, self.record.message = "DeadlineExceeded", _DEADLINE

    def _grace_seconds(self) -> float:
        if self._gone.is_set():
            return 0.0
        if self._node.stopping.is_set():
            return _SHUTDOWN_GRACE_SECONDS
        deletion = self.pod["metadata"].get("deletionGracePeriodSeconds")
        return float(deletion if deletion is not None else self.pod["spec"].get("terminationGracePeriodSeconds", 30))

    async def _deadline_reached(self) -> None:
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        if seconds is None:
            await asyncio.Event().wait()
        passed = (parse(now()) - parse(self.record.start_time)).total_seconds()
        await asyncio.sleep(max(0.0, float(seconds) - passed))

    async def _delete_object(self) -> None:
        metadata, pause = self.pod["metadata"], 0.1
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        while not self._gone.is_set():
            with contextlib.suppress(ApiError, httpx.HTTPError):
                await self._node.api.delete(path, self._uid)
                # A finalizer of the Job controller may keep the object for a while; the watch says when it is gone.
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, 5.0)


def _unsupported(pod: Json, node: NodeContext) -> str:
    """Why a pod cannot run on a local node; empty when it can."""
    spec = pod["spec"]
    try:
        if script_of(pod, node.scripted_default) is not None:
            return ""
    except ScriptError as error:
        return f"annotation local-node/script: {error}"
    for container in spec.get("initContainers") or []:
        if container.get("restartPolicy") == "Always":
            return f"init container {container['name']!r} with restartPolicy Always: the local node runs no sidecars"
    for volume in spec.get("volumes") or []:
        if not any(kind in volume for kind in SUPPORTED):
            return f"volume {volume['name']!r}: the local node supports {', '.join(SUPPORTED)}"
    return ""


async def _finished(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Returns when one of them has ended; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
