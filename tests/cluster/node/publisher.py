"""Writes a pod's status: only when it changed, with retries, coalescing what changes meanwhile."""

from __future__ import annotations

import asyncio
import copy
import sys
from typing import Any

import httpx

from tests.cluster.node.client import STRATEGIC, Api, ApiError
from tests.cluster.node.record import PodRecord
from tests.cluster.node.status import status_of

Json = dict[str, Any]
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class StatusPublisher:
    """The one writer of one pod's status.

    Args:
        api: the API server.
        pod: the pod's object; its status is where the transition times start from.
        record: read at each write.
    """

    def __init__(self, api: Api, pod: Json, record: PodRecord) -> None:
        metadata = pod["metadata"]
        self._path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
        self._api, self._uid, self._record = api, metadata["uid"], record
        self._last: Json = pod.get("status") or {}
        self._dirty, self._clean = asyncio.Event(), asyncio.Event()
        self._clean.set()
        self._task = asyncio.create_task(self._run())

    def changed(self) -> None:
        """Says that the record has changed; returns at once."""
        self._clean.clear()
        self._dirty.set()

    async def settled(self) -> None:
        """Waits until the API server has what the record says, or the pod is gone."""
        await self._clean.wait()

    def stop(self) -> None:
        """Ends the writing."""
        self._task.cancel()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            try:
                await self._write()
                pause = _FIRST_PAUSE
            except (ApiError, httpx.HTTPError) as error:
                print(f"{self._path}: {error}", file=sys.stderr, flush=True)
                self._dirty.set()
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            if not self._dirty.is_set():
                self._clean.set()

    async def _write(self) -> None:
        status = copy.deepcopy(status_of(self._record, self._last))
        if status == self._last:
            return
        try:
            await self._api.patch(self._path, {"metadata": {"uid": self._uid}, "status": status}, STRATEGIC)
        except ApiError as error:
            if error.status not in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
                raise
        self._last = status
