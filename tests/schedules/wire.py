"""The way from the operator to the model server, with what can go wrong on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import orjson

from tests.schedules.server import Object, Plural, Server, merged, refusal
from transferjob_operator.kube.errors import ApiError, Unavailable
from transferjob_operator.kube.rest import Request

WireFault = Literal["conflict", "error", "throttled", "refused", "lost", "killed before", "killed after", "late"]
WIRE_FAULTS: tuple[WireFault, ...] = (
    "conflict",
    "error",
    "throttled",
    "refused",
    "lost",
    "killed before",
    "killed after",
    "late",
)
_ANSWERS = {
    "conflict": (409, "Conflict"),
    "error": (500, "InternalError"),
    "throttled": (429, "TooManyRequests"),
    "refused": (403, "Forbidden"),
}


class Killed(BaseException):
    """The operator's process ends here. No code of the operator catches it."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write of the operator, as it reaches the server."""

    verb: str
    plural: Plural
    name: str
    body: Object
    subresource: str = ""
    late: bool = False
    """Its sender is gone: what it knew may be old."""


@dataclass
class Wire:
    """Stands where the operator has its client, and passes requests on."""

    server: Server
    watch: Callable[[Write], None]
    """Called with each write just before the server does it; raises where it must not be done."""
    plan: list[WireFault | None] = field(default_factory=list)
    """What befalls the next writes."""
    delayed: list[Write] = field(default_factory=list)
    """Writes of processes that are gone, still on their way."""
    writes: int = 0
    befallen: Counter[str] = field(default_factory=Counter)

    def send(self, request: Request, *, timeout: float | None = None) -> Any:
        """What KubeClient.send does."""
        if request.verb == "list":
            return {"items": self.server.all("pods")}
        write = _read(request)
        if write.verb == "get":
            found = self.server.get(write.plural, write.name)
            if found is None:
                raise refusal(404, "NotFound")
            return found
        fault = self.plan.pop(0) if self.plan else None
        if fault is not None:
            self.befallen[fault] += 1
        return self._befall(fault, write)

    def arrive(self) -> None:
        """A delayed write reaches the server; nobody waits for its answer."""
        with suppress(ApiError):
            self._do(replace(self.delayed.pop(0), late=True))

    def _befall(self, fault: WireFault | None, write: Write) -> Any:
        if fault in _ANSWERS:
            raise refusal(*_ANSWERS[fault])
        if fault == "late":
            self.delayed.append(write)
        if fault in ("late", "killed before"):
            raise Killed
        answer = self._do(write)
        if fault == "killed after":
            raise Killed
        if fault == "lost":
            raise Unavailable(0, "Unreachable", "the reply was lost (model)")
        return answer

    def _do(self, write: Write) -> Any:
        self.writes += 1
        if write.verb == "create":
            self.watch(write)
            return self.server.create(write.plural, write.body)
        seen = write.body.get("preconditions") or write.body.get("metadata") or {}
        known = self.server.expect(write.plural, write.name, seen)
        self.watch(write)
        if write.verb == "delete":
            grace = write.body.get("gracePeriodSeconds")
            left = self.server.delete(write.plural, write.name, write.body["propagationPolicy"], grace)
            return left if self.server.get(write.plural, write.name) else {"kind": "Status", "status": "Success"}
        return self.server.patch(write.plural, write.name, _for_storage(write, known))


def _for_storage(write: Write, known: Object) -> Object:
    """The part of a patch that its endpoint takes; conditions of a pod are merged by their type."""
    body = {name: value for name, value in write.body.items() if name == (write.subresource or "spec")}
    if write.subresource != "status" and "labels" in write.body.get("metadata", {}):
        body["metadata"] = {"labels": write.body["metadata"]["labels"]}
    if write.plural == "pods" and "status" in body:
        told = body["status"]["conditions"]
        kinds = {item["type"] for item in told}
        others = [item for item in known["status"].get("conditions") or () if item["type"] not in kinds]
        return merged(body, {"status": {"conditions": [*others, *told]}})
    return body


def _read(request: Request) -> Write:
    parts = request.path.strip("/").split("/")
    at = parts.index("namespaces") + 2 if "namespaces" in parts else 2
    plural, rest = cast(Plural, parts[at]), parts[at + 1 :]
    body: Object = orjson.loads(request.body) if request.body else {}
    name = rest[0] if rest else body["metadata"]["name"]
    return Write(request.verb, plural, name, body, rest[1] if len(rest) > 1 else "")
