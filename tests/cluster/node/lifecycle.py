"""The life of a pod whose containers run: volumes, init containers in order, then the others, with restarts.

Not done, and never pretended: images, probes and lifecycle hooks are not looked at, containers run as the node's user
whatever runAsUser and fsGroup say, CPU is not limited, and all pods share the host's network (bind to the pod's own
address).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import httpx

from tests.cluster.node.client import ApiError
from tests.cluster.node.container import ContainerRun, End
from tests.cluster.node.context import NodeContext
from tests.cluster.node.crilog import tail_text
from tests.cluster.node.environment import command_line, container_environment
from tests.cluster.node.fields import FieldError, PodFacts
from tests.cluster.node.moves import set_running, terminate
from tests.cluster.node.objects import NotYet
from tests.cluster.node.plan import container_files, make_plan, memory_limit, write_identity
from tests.cluster.node.record import CREATING, ContainerRecord, PodRecord
from tests.cluster.node.volumes import Volume, VolumePreparer

Json = dict[str, Any]
T = TypeVar("T")
_FIRST_RETRY, _LONGEST_RETRY = 0.25, 3.0
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 10, 300
_MESSAGE_BYTES, _MESSAGES_BYTES, _LOG_BYTES, _LOG_LINES = 4096, 12288, 2048, 80
_START_ERROR = "failed to create containerd task: failed to create shim task: OCI runtime create failed: "


class ContainerLife:
    """Runs the containers of one pod.

    Args:
        node: the node.
        pod: the pod's object.
        record: where the state goes.
        changed: called after each change of the record.
    """

    def __init__(self, node: NodeContext, pod: Json, record: PodRecord, changed: Callable[[], None]) -> None:
        self._node, self._pod, self._record, self._changed = node, pod, record, changed
        self._facts = PodFacts(pod, record.pod_ip, node.address, node.capacity)
        self._volumes: dict[str, Volume] = {}
        self._active: dict[str, asyncio.Task[ContainerRun]] = {}

    async def run(self) -> None:
        """Returns when no container will run again."""
        spec = self._pod["spec"]
        folder = self._node.pod_folder(self._pod["metadata"]["uid"])
        folder.mkdir(parents=True, exist_ok=True)
        write_identity(folder, self._facts)
        preparer = VolumePreparer(self._node.api, self._facts, folder / "volumes", self._node.claims)
        for volume in spec.get("volumes") or []:
            self._volumes[volume["name"]] = await self._once_there(partial(preparer.prepare, volume), None)
        for container in spec.get("initContainers") or []:
            if await self._keep(container, self._record.restart_policy != "Never") != 0:
                return
        for record in self._record.containers:
            if record.exit_code is None:
                record.state = dict(CREATING)
        await asyncio.gather(*(self._keep_main(container) for container in spec["containers"]))

    async def stop(self, grace_seconds: float) -> None:
        """Ends every container, after `run` has been cancelled or has returned."""
        await asyncio.gather(*(self._stop_one(name, grace_seconds) for name in list(self._active)))

    async def _stop_one(self, name: str, grace_seconds: float) -> None:
        run = await asyncio.shield(self._active[name])
        container = next(c for c in self._all_containers() if c["name"] == name)
        await self._event("Normal", "Killing", f"Stopping container {name}")
        self._record_end(container, self._record.container(name), await run.stop(grace_seconds))

    async def _keep_main(self, container: Json) -> None:
        policy = self._record.restart_policy
        while await self._keep(container, policy != "Never") == 0 and policy == "Always":
            self._record.container(container["name"]).restarts += 1

    async def _keep(self, container: Json, restart_failures: bool) -> int:
        """Runs a container until it succeeds, or once; gives the last exit code."""
        record, back_off = self._record.container(container["name"]), 0
        if record.exit_code == 0 and self._record.restart_policy != "Always":
            return 0  # before this node was restarted
        while True:
            code = await self._run_once(container, record)
            if code == 0 or not restart_failures:
                return code
            if back_off:
                pod = self._pod["metadata"]["name"]
                text = f"back-off {back_off}s restarting failed container={record.name} pod={pod}"
                record.wait_for("CrashLoopBackOff", text)
                self._changed()
                await self._event("Warning", "BackOff", f"Back-off restarting failed container {record.name}")
                await asyncio.sleep(back_off)
            back_off = min(max(_FIRST_BACK_OFF, 2 * back_off), _LONGEST_BACK_OFF)
            record.restarts += 1

    async def _run_once(self, container: Json, record: ContainerRecord) -> int:
        env = await self._once_there(lambda: container_environment(self._node.api, self._facts, container), record)
        argv = command_line(container, env)
        if not argv:
            text = f"the local node has no images: container {record.name!r} must name its command"
            await self._wait_for_ever(record, "ImageInspectError", text)
        plan = make_plan(self._node, self._pod, container, self._volumes, argv, env, record.restarts)
        starting = asyncio.create_task(ContainerRun.start(plan, memory_limit(container)))
        # Known before the first wait: a pod deleted meanwhile must find the process that is being made.
        self._active[record.name] = starting
        run = await asyncio.shield(starting)
        if not run.failed_to_start:
            # The container's own process opens it a moment later; what runs has a log.
            container_files(self._node, self._pod["metadata"]["uid"], record.name).log(record.restarts).touch()
            set_running(record, run.started_at)
            self._changed()
        end = await run.end()
        self._record_end(container, record, end)
        return end.code

    def _record_end(self, container: Json, record: ContainerRecord, end: End) -> None:
        self._active.pop(record.name, None)
        if end.start_error:
            terminate(record, end.code, "StartError", f"{_START_ERROR}{end.start_error}", end.finished_at)
        else:
            reason = "OOMKilled" if end.out_of_memory else ""
            terminate(record, end.code, reason, self._termination_message(container, record, end), end.finished_at)
        self._changed()

    def _termination_message(self, container: Json, record: ContainerRecord, end: End) -> str:
        files = container_files(self._node, self._pod["metadata"]["uid"], record.name)
        limit = min(_MESSAGE_BYTES, _MESSAGES_BYTES // len(self._all_containers()))
        message = files.termination.read_bytes()[-limit:].decode(errors="replace")
        if message or end.code == 0 or container.get("terminationMessagePolicy") != "FallbackToLogsOnError":
            return message
        return tail_text(files.log(record.restarts), _LOG_LINES, _LOG_BYTES)

    async def _once_there(self, attempt: Callable[[], Awaitable[T]], record: ContainerRecord | None) -> T:
        """Repeats an attempt until nothing that it needs is missing; says meanwhile what is."""
        pause = _FIRST_RETRY
        while True:
            try:
                return await attempt()
            except (NotYet, FieldError) as missing:
                await self._report(str(missing), record)
            except (ApiError, httpx.HTTPError):
                pass
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_RETRY)

    async def _report(self, text: str, record: ContainerRecord | None) -> None:
        if record is None:
            await self._event("Warning", "FailedMount", text)
            return
        record.wait_for("CreateContainerConfigError", text)
        self._changed()
        await self._event("Warning", "Failed", f"Error: {text}")

    async def _wait_for_ever(self, record: ContainerRecord, reason: str, text: str) -> None:
        record.wait_for(reason, text)
        self._changed()
        await self._event("Warning", "InspectFailed", text)
        await asyncio.Event().wait()

    def _all_containers(self) -> list[Json]:
        spec = self._pod["spec"]
        return [*(spec.get("initContainers") or []), *spec["containers"]]

    async def _event(self, kind: str, reason: str, message: str) -> None:
        await self._node.events.emit(self._pod, kind, reason, message)
