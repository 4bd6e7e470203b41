"""An emulator of Google Cloud Storage on loopback that keeps its buckets in memory."""

from urllib.parse import quote

import httpx

from tests.cluster import toolchain
from tests.cluster.storageserver import StorageServer
from tests.cluster.toolchain import Command


class GcsServer(StorageServer):
    """Starts and stops one emulator. It asks for no credentials: what they do is told by servers of the tests."""

    name = "fake-gcs-server"
    health = "/_internal/healthcheck"

    def start(self) -> None:
        """Starts the emulator and returns when it answers. Raises StorageServerError when it dies or does not."""
        super().start()
        self._web = httpx.Client(base_url=self.endpoint, trust_env=False, timeout=30)

    def stop(self) -> None:
        """Kills the emulator and removes its log; may be called twice."""
        if hasattr(self, "_web"):
            self._web.close()
        super().stop()

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

    def _command(self, port: int) -> Command:
        # fmt: off
        return [
            toolchain.gcs_emulator(), "-backend", "memory", "-scheme", "http", "-host", self._address,
            "-port", str(port), "-public-host", f"{self._address}:{port}", "-log-level", "warn",
        ]
        # fmt: on
