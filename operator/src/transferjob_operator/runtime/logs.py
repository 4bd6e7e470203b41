"""Reads the end of a failed attempt's log once, before the pod is gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..core.diagnosis.log_tail import MAX_BYTES, MAX_LINES, LogOf, shown_log, wanted_log
from ..core.observed import Observed
from ..kube import rest
from ..kube.client import KubeClient
from ..kube.store import Key
from .inquiries import Inquiries

TIMEOUT_SECONDS = 4.0
"""The API server asks the node's kubelet, which may be slow or gone; an outcome is not held up for longer."""
PATIENCE_SECONDS = 5.0
"""The same with the wait for a turn: a node that sends its answer byte by byte holds up nothing either."""
KEEP_SECONDS = 300.0
"""An end of a log is in status long before, or its pod is gone."""
RECHECK_SECONDS = 0.5
"""A log that came tells of itself; that there is none is found by looking."""


class Logs:
    """Reads logs in the background, each once."""

    def __init__(self, client: KubeClient, enqueue: Callable[[Key], None]) -> None:
        self._client, self._enqueue = client, enqueue
        self._inquiries: Inquiries[LogOf, str] = Inquiries(self._read, interval=float("inf"), keep_seconds=KEEP_SECONDS)

    def tail(self, key: Key, observed: Observed) -> tuple[str | None, bool]:
        """The end of the log that the outcome should quote, if it is known, and whether it is still awaited."""
        wanted = wanted_log(observed)
        return self.end_of(key, wanted) if wanted else (None, False)

    def end_of(self, key: Key, wanted: LogOf) -> tuple[str | None, bool]:
        """The end of this log, if it is known, and whether it is still awaited; its coming brings a new pass."""
        answer = self._inquiries.answer(wanted, partial(self._enqueue, key))
        return answer or None, self._inquiries.is_pending(wanted, PATIENCE_SECONDS)

    def close(self) -> None:
        """Drops what has not been asked yet."""
        self._inquiries.close()

    def _read(self, wanted: LogOf) -> str:
        request = rest.pod_log(wanted.namespace, wanted.pod, wanted.container, MAX_LINES, MAX_BYTES)
        with self._client.open_stream(request, idle_timeout=TIMEOUT_SECONDS) as stream:
            data = b"".join(stream.chunks())[:MAX_BYTES]
        return shown_log(data.decode(errors="replace"))
