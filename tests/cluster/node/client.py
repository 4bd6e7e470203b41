"""A thin asynchronous client of the API server: requests, errors and the list-then-watch loop of the node."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.cluster.node.kubeconfig import Connection

Json = dict[str, Any]
MERGE, STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"
WATCH_SECONDS = 240


class ApiError(Exception):
    """The API server refused a request."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


@dataclass(frozen=True)
class Snapshot:
    """Everything that exists, after a list."""

    items: list[Json]


@dataclass(frozen=True)
class Change:
    """One object that appeared or changed, or is gone."""

    item: Json
    gone: bool


class Api:
    """Requests to one API server.

    After `sever` no request leaves any more and each one waits for ever: that is how a lost node looks from outside.
    """

    def __init__(self, connection: Connection) -> None:
        self._http = httpx.AsyncClient(
            base_url=connection.server,
            verify=connection.tls,
            headers=connection.headers,
            timeout=httpx.Timeout(20),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            trust_env=False,
        )
        self._severed = False

    def sever(self) -> None:
        """Cuts the node off from the API server for good."""
        self._severed = True

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def get(self, path: str, **params: str) -> Json:
        """Reads an object or a list; raises ApiError."""
        return await self._send("GET", path, params=params)

    async def find(self, path: str) -> Json | None:
        """Reads an object, or gives None when there is none."""
        try:
            return await self.get(path)
        except ApiError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise

    async def create(self, path: str, body: Json) -> Json:
        """Creates an object; raises ApiError."""
        return await self._send("POST", path, body=body)

    async def patch(self, path: str, body: Json, kind: str = MERGE) -> Json:
        """Patches an object; raises ApiError."""
        return await self._send("PATCH", path, body=body, content_type=kind)

    async def delete(self, path: str, uid: str | None = None) -> None:
        """Deletes an object at once, if it still has that UID; one that is gone is fine."""
        options: Json = {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0}
        if uid:
            options["preconditions"] = {"uid": uid}
        try:
            await self._send("DELETE", path, body=options)
        except ApiError as error:
            if error.status not in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
                raise

    async def changes(self, path: str, **params: str) -> AsyncIterator[Snapshot | Change]:
        """Lists, then watches, for ever; resumes a cut watch and lists anew when the version is too old."""
        while True:
            try:
                listing = await self.get(path, **params)
                yield Snapshot(listing["items"])
                async for change in self._resumed(path, listing["metadata"]["resourceVersion"], params):
                    yield change
            except (ApiError, httpx.HTTPError):
                await asyncio.sleep(0.5)

    async def _resumed(self, path: str, version: str, params: Mapping[str, str]) -> AsyncIterator[Change]:
        while True:
            try:
                async for event in self._watch(path, version, params):
                    version = event["object"]["metadata"]["resourceVersion"]
                    if event["type"] != "BOOKMARK":
                        yield Change(event["object"], event["type"] == "DELETED")
            except httpx.HTTPError:
                await asyncio.sleep(0.2)

    async def _watch(self, path: str, version: str, params: Mapping[str, str]) -> AsyncIterator[Json]:
        query = {**params, "watch": "true", "allowWatchBookmarks": "true", "resourceVersion": version}
        query["timeoutSeconds"] = str(WATCH_SECONDS)
        await self._connected()
        timeout = httpx.Timeout(20, read=WATCH_SECONDS + 30)
        async with self._http.stream("GET", path, params=query, timeout=timeout) as response:
            if response.is_error:
                await response.aread()
                raise _error(response)
            async for line in response.aiter_lines():
                event = json.loads(line)
                await self._connected()
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(status.get("code", 500), status.get("reason", ""), status.get("message", ""))
                yield event

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json | None = None,
        content_type: str = "application/json",
    ) -> Json:
        await self._connected()
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type}
        response = await self._http.request(method, path, params=params, content=content, headers=headers)
        if response.is_error:
            raise _error(response)
        return dict(response.json())

    async def _connected(self) -> None:
        if self._severed:
            await asyncio.Event().wait()


def _error(response: httpx.Response) -> ApiError:
    try:
        status = response.json()
    except ValueError:
        status = {}
    return ApiError(response.status_code, status.get("reason", ""), status.get("message", response.text[:200]))
