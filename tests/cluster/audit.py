"""The API server's audit log: who wrote what, how often."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_READS = ["get", "list", "watch"]
_FIRST_ERROR_CODE = 400

POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived", "ResponseStarted"],
    "omitManagedFields": True,
    "rules": [
        {"level": "None", "verbs": _READS},
        {"level": "None", "nonResourceURLs": ["*"]},
        {"level": "Metadata"},
    ],
}


@dataclass(frozen=True)
class Write:
    """One write request and how it ended."""

    user: str
    verb: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    agent: str
    time: str

    @property
    def succeeded(self) -> bool:
        """Whether the server did it."""
        return self.code < _FIRST_ERROR_CODE


class AuditLog:
    """Reads the log that one API server appends to; a write is there when its answer is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mark(self) -> int:
        """The log's present end, to be given as `since`."""
        return self.path.stat().st_size if self.path.exists() else 0

    def writes(self, *, since: int = 0, failed: bool = False, **fields: str) -> list[Write]:
        """The writes after `since` whose fields equal `fields`, as in `user=..., resource="jobs"`.

        Refused and conflicting ones are left out unless `failed`. Raises AttributeError for an unknown field.
        """
        return [
            write
            for write in self._read(since)
            if (failed or write.succeeded) and all(getattr(write, key) == value for key, value in fields.items())
        ]

    def count(
        self,
        key: Callable[[Write], Any] = lambda write: (write.user, write.verb, write.resource, write.subresource),
        *,
        since: int = 0,
        failed: bool = False,
        **fields: str,
    ) -> Counter[Any]:
        """How many of `writes(...)` there are for each value of `key`."""
        return Counter(key(write) for write in self.writes(since=since, failed=failed, **fields))

    def _read(self, since: int) -> Iterator[Write]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(since)
            for line in file:
                # The last line may be half written still.
                if line.endswith(b"\n"):
                    yield _parse(json.loads(line))


def _parse(event: dict[str, Any]) -> Write:
    target = event.get("objectRef", {})
    return Write(
        # An impersonated request counts for the user whose rights it had.
        user=event.get("impersonatedUser", event["user"]).get("username", ""),
        verb=event["verb"],
        group=target.get("apiGroup", ""),
        resource=target.get("resource", ""),
        subresource=target.get("subresource", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        agent=event.get("userAgent", ""),
        time=event["stageTimestamp"],
    )
