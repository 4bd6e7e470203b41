"""Pods that are played, not run: a list of steps in the annotation `local-node/script`, as JSON.

    [{"running": true}, {"wait_seconds": 2}, {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}]

Steps: `running`, `wait_seconds`, `terminated` {exitCode, reason, message}, `waiting` {reason, message}, `event` {type,
reason, message}, `rejected` {reason, message}, `evicted` (a message), `disrupted` (true, or {reason, message}), and
`node_lost`: the node falls silent. `container` beside `running`, `waiting` or `terminated` names the one container
meant; without it all are. After the last step the pod stays as it is; when it is deleted, what runs ends with 143.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.cluster.node.context import SCRIPT_ANNOTATION, NodeContext
from tests.cluster.node.moves import disrupt, end_running, evict, reject, set_running, terminate
from tests.cluster.node.record import ContainerRecord, PodRecord

Json = dict[str, Any]
STEPS = ("running", "wait_seconds", "terminated", "waiting", "event", "rejected", "evicted", "disrupted", "node_lost")
_TERMINATED_BY_SIGNAL = 143


class ScriptError(Exception):
    """A script that cannot be played; the message names the step."""


def parse_script(text: str) -> list[Json]:
    """Reads a script; raises ScriptError."""
    try:
        steps = json.loads(text)
    except ValueError as error:
        raise ScriptError(f"the script is not JSON: {error}") from error
    if not isinstance(steps, list):
        raise ScriptError("the script must be a list of steps")
    for number, step in enumerate(steps):
        if not isinstance(step, dict) or len([key for key in step if key in STEPS]) != 1:
            raise ScriptError(f"step {number} must have exactly one of: {', '.join(STEPS)}")
    return steps


def script_of(pod: Json, default: list[Json] | None) -> list[Json] | None:
    """A pod's script, the node's default, or None for a pod that runs; raises ScriptError."""
    text = (pod["metadata"].get("annotations") or {}).get(SCRIPT_ANNOTATION)
    return default if text is None else parse_script(text)


class ScriptedLife:
    """Plays a script on a pod's record; see the module for the steps."""

    def __init__(
        self, node: NodeContext, pod: Json, record: PodRecord, changed: Callable[[], None], steps: list[Json]
    ) -> None:
        self._node, self._pod, self._record, self._changed, self._steps = node, pod, record, changed, steps

    async def run(self) -> None:
        """Plays all steps, then waits until the pod is deleted unless it has ended."""
        for step in self._steps:
            await self._play(step)
            self._changed()
        if self._record.current_phase() not in ("Succeeded", "Failed"):
            await asyncio.Event().wait()

    async def stop(self, grace_seconds: float) -> None:
        """Ends what runs, at once."""
        del grace_seconds
        end_running(self._record, _TERMINATED_BY_SIGNAL)

    async def _play(self, step: Json) -> None:
        name = next(key for key in step if key in STEPS)
        value = step[name]
        if name == "wait_seconds":
            await asyncio.sleep(value)
        elif name == "event":
            await self._node.events.emit(self._pod, value.get("type", "Warning"), value["reason"], value["message"])
        elif name == "node_lost":
            self._node.lose()
        elif name in ("rejected", "evicted", "disrupted"):
            self._end_pod(name, value)
        else:
            for container in self._meant(step.get("container")):
                _move(container, name, value)

    def _end_pod(self, name: str, value: Any) -> None:
        if name == "rejected":
            reject(self._record, value["reason"], value.get("message", ""))
        elif name == "evicted":
            evict(self._record, value)
        else:
            given = value if isinstance(value, dict) else {}
            disrupt(self._record, given.get("reason", "DeletionByTaintManager"), given.get("message", ""))

    def _meant(self, name: str | None) -> list[ContainerRecord]:
        if name is not None:
            return [self._record.container(name)]
        for init in self._record.init_containers:
            terminate(init, 0)
        return self._record.containers


def _move(container: ContainerRecord, name: str, value: Any) -> None:
    if name == "running":
        set_running(container)
    elif name == "waiting":
        container.wait_for(value["reason"], value.get("message", ""))
    else:
        terminate(container, value["exitCode"], value.get("reason", ""), value.get("message", ""))
