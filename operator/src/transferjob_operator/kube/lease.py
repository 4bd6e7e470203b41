"""Leader election by a Lease object: one process leads, another takes over when its renewals stop.

Whether a lease has run out is judged by the time at which this process saw it change last, on its own monotonic clock:
clocks of different machines are never compared.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from . import rest
from .client import KubeClient
from .errors import ApiError, Conflict, NotFound

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """Seconds. A leader that cannot renew for `deadline` writes nothing until it can; others may after `duration`.

    A standby looks every `retry` seconds and at the very end of the lease, so that a killed leader is replaced at most
    `duration + retry` seconds after its last renewal, under 15, and one that released it within 2.
    """

    duration: float = 13.0
    deadline: float = 10.0
    retry: float = 1.6
    request_timeout: float = 4.0


@dataclass(frozen=True, slots=True)
class LeaseName:
    """Where the Lease lies and who holds it."""

    namespace: str
    name: str
    identity: str


class LeaseElector:
    """One thread that acquires the lease, renews it, and says when leadership begins and ends."""

    def __init__(
        self,
        client: KubeClient,
        lease: LeaseName,
        *,
        on_started: Callable[[], None],
        on_lost: Callable[[], None],
        times: LeaseTimes | None = None,
    ) -> None:
        self._client, self._lease, self._times = client, lease, times or LeaseTimes()
        self._on_started, self._on_lost = on_started, on_lost
        self._seen: dict[str, Any] | None = None
        self._seen_at = self._looked_at = 0.0
        self._renewed_at = float("-inf")
        self._leading = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self.last_attempt = time.monotonic()
        """Monotonic time of the loop's last step."""

    @property
    def leading(self) -> bool:
        """Whether this process may write: it holds the lease and has renewed it within the deadline."""
        return self._leading and time.monotonic() - self._renewed_at < self._times.deadline

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Ends the thread and gives the lease back, so that a standby takes over at its next look."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        if self._leading:
            self._leading = False
            self._release()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.last_attempt = time.monotonic()
            try:
                self._step()
            except ApiError as error:
                log.warning("lease %s/%s: %s", self._lease.namespace, self._lease.name, error)
            except Exception:
                log.exception("the election failed in an unforeseen way")
            # Silence alone ends nothing: a server that is away gives the lease to nobody, and may be away for long.
            if self._leading and not self._mine():
                self._leading = False
                self._on_lost()
                return
            self._stopped.wait(self._pause())

    def _step(self) -> None:
        try:
            self._look(self._client.send(self._read(), timeout=self._times.request_timeout))
        except NotFound:
            self._write(rest.create(rest.LEASES, self._lease.namespace, self._manifest(None)))
            return
        if self._mine() or self._free():
            self._write(rest.update(rest.LEASES, self._lease.namespace, self._lease.name, self._manifest(self._seen)))

    def _look(self, lease: dict[str, Any]) -> None:
        now = time.monotonic()
        # While the server was away nobody could renew: the holder gets the time to, before its lease counts as run out.
        away = now - self._looked_at > self._times.duration
        changed = (
            self._seen is None or lease["metadata"]["resourceVersion"] != self._seen["metadata"]["resourceVersion"]
        )
        if away or changed:
            self._seen_at = now
        self._seen, self._looked_at = lease, now
        if self._leading and not self._mine():
            self._renewed_at = float("-inf")  # somebody else has it: no write more, not even within the deadline

    def _write(self, request: rest.Request) -> None:
        started = time.monotonic()
        try:
            self._look(self._client.send(request, timeout=self._times.request_timeout))
        except Conflict:
            return  # somebody was faster; the next look tells who
        if self._stopped.is_set():
            self._leading = self._leading or self._mine()
            return
        self._renewed_at = started
        if not self._leading:
            self._leading = True
            self._on_started()

    def _mine(self) -> bool:
        return self._holder() == self._lease.identity

    def _free(self) -> bool:
        return not self._holder() or time.monotonic() >= self._expiry()

    def _holder(self) -> str:
        return str(self._spec().get("holderIdentity") or "")

    def _expiry(self) -> float:
        return self._seen_at + float(self._spec().get("leaseDurationSeconds") or self._times.duration)

    def _spec(self) -> Mapping[str, Any]:
        return (self._seen or {}).get("spec") or {}

    def _pause(self) -> float:
        jittered = self._times.retry * random.uniform(0.8, 1.0)  # noqa: S311  spreads load
        if self._leading or not self._holder():
            return jittered
        return max(0.05, min(jittered, self._expiry() - time.monotonic()))

    def _read(self) -> rest.Request:
        return rest.get(rest.LEASES, self._lease.namespace, self._lease.name)

    def _manifest(self, before: Mapping[str, Any] | None) -> dict[str, Any]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec = dict((before or {}).get("spec") or {})
        if spec.get("holderIdentity") != self._lease.identity:
            spec["acquireTime"] = now
            spec["leaseTransitions"] = int(spec.get("leaseTransitions") or 0) + (before is not None)
        spec |= {
            "holderIdentity": self._lease.identity,
            "leaseDurationSeconds": int(self._times.duration),
            "renewTime": now,
        }
        return self._object(before, spec)

    def _object(self, before: Mapping[str, Any] | None, spec: Mapping[str, Any]) -> dict[str, Any]:
        metadata = {"name": self._lease.name, "namespace": self._lease.namespace}
        if before is not None:
            metadata["resourceVersion"] = before["metadata"]["resourceVersion"]
        return {"apiVersion": rest.LEASES.api_version, "kind": rest.LEASES.kind, "metadata": metadata, "spec": spec}

    def _release(self) -> None:
        spec = {**self._spec(), "holderIdentity": "", "leaseDurationSeconds": 1}
        manifest = self._object(self._seen, spec)
        request = rest.update(rest.LEASES, self._lease.namespace, self._lease.name, manifest)
        try:
            self._client.send(request, timeout=1.0)
        except ApiError as error:
            log.warning("the lease could not be given back and runs out by itself: %s", error)
