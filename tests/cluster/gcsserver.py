"""An emulator of Google Cloud Storage on loopback that keeps its buckets in memory."""

import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import httpx

from tests.cluster import toolchain
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess
from tests.cluster.statedir import StateDir

_START_SECONDS = 20.0
_POLL_SECONDS = 0.05


class GcsServerError(Exception):
    """The emulator did not come up; the message ends with its last log lines."""


class GcsServer:
    """Starts and stops one emulator. It asks for no credentials: what they do is told by servers of the tests."""

    def __init__(self) -> None:
        self._state: StateDir | None = None
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the emulator and returns when it answers. Raises GcsServerError when it dies or does not."""
        binary = toolchain.gcs_emulator()
        self._state = StateDir("gcs")
        (port,) = free_ports(1)
        self.endpoint = f"http://{LOOPBACK}:{port}"
        self._web = httpx.Client(base_url=self.endpoint, trust_env=False, timeout=30)
        try:
            # fmt: off
            command: list[str | Path] = [
                binary, "-backend", "memory", "-scheme", "http", "-host", LOOPBACK, "-port", str(port),
                "-public-host", f"{LOOPBACK}:{port}", "-log-level", "warn",
            ]
            # fmt: on
            self._child = ChildProcess("fake-gcs-server", command, self._state.path / "fake-gcs-server.log")
            self._await()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kills the emulator and removes its log; may be called twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._state is not None:
            self._web.close()
            self._state.remove()
            self._state = None

    def create_bucket(self, name: str) -> None:
        """Makes an empty bucket."""
        self._web.post("/storage/v1/b", json={"name": name}).raise_for_status()

    def delete_bucket(self, name: str) -> None:
        """Removes a bucket and what is in it."""
        for key in self.keys(name):
            self._web.delete(f"/storage/v1/b/{name}/o/{quote(key, safe='')}").raise_for_status()
        self._web.delete(f"/storage/v1/b/{name}").raise_for_status()

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Writes an object."""
        where = f"/upload/storage/v1/b/{bucket}/o"
        self._web.post(where, params={"uploadType": "media", "name": key}, content=content).raise_for_status()

    def get(self, bucket: str, key: str) -> bytes:
        """The content of an object."""
        where = f"/storage/v1/b/{bucket}/o/{quote(key, safe='')}"
        return self._web.get(where, params={"alt": "media"}).raise_for_status().content

    def keys(self, bucket: str) -> list[str]:
        """The names of all objects."""
        answer = self._web.get(f"/storage/v1/b/{bucket}/o").raise_for_status().json()
        return [item["name"] for item in answer.get("items", [])]

    def _await(self) -> None:
        assert self._child is not None
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not self._child.running or time.monotonic() >= end:
                raise GcsServerError(f"the emulator does not answer:\n{self._child.log_tail()}")
            time.sleep(_POLL_SECONDS)

    def _answers(self) -> bool:
        try:
            self._web.get("/_internal/healthcheck")
        except httpx.TransportError:
            return False
        return True
